package facteur.mail.message;

/** Which hits of one message are wanted. */
public record Tracking(TrackingMode mode, boolean opens, boolean clicks) {
    public static final Tracking FULL = new Tracking(TrackingMode.FULL, true, true);
    public static final Tracking OFF = new Tracking(TrackingMode.OFF, false, false);

    public boolean isOff() {
        return mode == TrackingMode.OFF || (!opens && !clicks);
    }
}
