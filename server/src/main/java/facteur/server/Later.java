package facteur.server;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/**
 * A value that is made when it is first asked for, or when somebody sees to it: what no greeting
 * needs does not delay one. One that cannot be made says so each time.
 */
final class Later<T> implements Supplier<T> {
    private final Supplier<T> making;
    private volatile @Nullable T made;

    Later(Supplier<T> making) {
        this.making = making;
    }

    @Override
    public T get() {
        T known = made;
        return known != null ? known : make();
    }

    private synchronized T make() {
        T known = made;
        if (known == null) {
            known = making.get();
            made = known;
        }
        return known;
    }
}
