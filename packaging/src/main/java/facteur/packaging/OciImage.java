package facteur.packaging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * An OCI image layout in a tar archive, made without a daemon: a layer of Debian's C library by
 * mmdebstrap, and one of the tree.
 */
final class OciImage {
    private static final String BASE =
            "libc6,zlib1g,ca-certificates,tzdata,netbase,dash,coreutils,base-files";

    private OciImage() {}

    static Path write(Checkout checkout, Tree tree, Path to) throws IOException {
        Path work = to.resolve(".image");
        Tree.erase(work);
        Path blobs = Files.createDirectories(work.resolve("blobs/sha256"));
        Layer base = base(work, blobs, checkout);
        Layer own = own(work, blobs, checkout, tree);
        String config =
                "{\"created\":"
                        + Sbom.quoted(checkout.time().toString())
                        + ",\"architecture\":"
                        + Sbom.quoted(checkout.architecture())
                        + ",\"os\":\"linux\",\"config\":{\"User\":\"65532:65532\","
                        + "\"Entrypoint\":[\"/usr/bin/facteur\"],"
                        + "\"Cmd\":[\"serve\",\"--config\",\"/etc/facteur/facteur.yaml\"],"
                        + "\"WorkingDir\":\"/var/lib/facteur\","
                        + "\"Volumes\":{\"/var/lib/facteur\":{}},\"StopSignal\":\"SIGTERM\","
                        + "\"Labels\":{\"org.opencontainers.image.title\":\"facteur\","
                        + "\"org.opencontainers.image.version\":"
                        + Sbom.quoted(checkout.version())
                        + "}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                        + Sbom.quoted("sha256:" + base.diff())
                        + ","
                        + Sbom.quoted("sha256:" + own.diff())
                        + "]},\"history\":[{\"created_by\":\"mmdebstrap\"},"
                        + "{\"created_by\":\"facteur package oci\"}]}";
        String configDigest = blob(blobs, config);
        String manifest =
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                        + "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\","
                        + "\"digest\":"
                        + Sbom.quoted("sha256:" + configDigest)
                        + ",\"size\":"
                        + config.getBytes(StandardCharsets.UTF_8).length
                        + "},\"layers\":["
                        + base.json()
                        + ","
                        + own.json()
                        + "]}";
        String manifestDigest = blob(blobs, manifest);
        Files.writeString(
                work.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":"
                        + "\"application/vnd.oci.image.manifest.v1+json\",\"digest\":"
                        + Sbom.quoted("sha256:" + manifestDigest)
                        + ",\"size\":"
                        + manifest.getBytes(StandardCharsets.UTF_8).length
                        + ",\"annotations\":{\"org.opencontainers.image.ref.name\":"
                        + Sbom.quoted(checkout.version())
                        + "}}]}");
        Files.writeString(work.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Path image =
                to.resolve(
                        "facteur-"
                                + checkout.version()
                                + "-"
                                + checkout.architecture()
                                + ".oci.tar");
        try (OutputStream file = Files.newOutputStream(image);
                Tar tar = new Tar(file, checkout.time())) {
            tar.tree(work, "");
        }
        Tree.erase(work);
        return image;
    }

    /**
     * @param diff digest of the archive before it is compressed
     */
    private record Layer(String diff, String digest, long size) {
        String json() {
            return "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":"
                    + Sbom.quoted("sha256:" + digest)
                    + ",\"size\":"
                    + size
                    + "}";
        }
    }

    private static Layer base(Path work, Path blobs, Checkout checkout) throws IOException {
        Path tar = work.resolve("base.tar");
        try {
            Command.run(
                    work,
                    List.of(
                            "env",
                            "SOURCE_DATE_EPOCH=" + checkout.time().getEpochSecond(),
                            "mmdebstrap",
                            "--variant=extract",
                            "--include=" + BASE,
                            "--dpkgopt=path-exclude=/usr/share/doc/*",
                            "--dpkgopt=path-exclude=/usr/share/locale/*",
                            // What ca-certificates would do when it is configured.
                            "--customize-hook=cat $1/usr/share/ca-certificates/mozilla/*.crt"
                                    + " >$1/etc/ssl/certs/ca-certificates.crt",
                            "--customize-hook=ln -sf dash $1/bin/sh",
                            "--customize-hook=printf 'root:x:0:0::/root:/bin/sh\\n"
                                    + "facteur:x:65532:65532::/var/lib/facteur:/bin/false\\n"
                                    + "' >$1/etc/passwd",
                            "--customize-hook=printf 'root:x:0:\\nfacteur:x:65532:\\n'"
                                    + " >$1/etc/group",
                            "--customize-hook=install -d -m 0700 -o 65532 -g 65532"
                                    + " $1/var/lib/facteur",
                            "--customize-hook=install -d -m 3733 -o 65532 -g 65532"
                                    + " $1/var/spool/facteur",
                            "--customize-hook=mkdir -p $1/tmp && chmod 1777 $1/tmp",
                            "bookworm",
                            tar.toString()));
        } catch (IOException e) {
            throw new IOException(
                    "the base of the image needs Debian's mmdebstrap and a mirror: "
                            + e.getMessage(),
                    e);
        }
        return layer(tar, blobs);
    }

    private static Layer own(Path work, Path blobs, Checkout checkout, Tree tree)
            throws IOException {
        Path tar = work.resolve("own.tar");
        try (OutputStream file = Files.newOutputStream(tar);
                Tar archive = new Tar(file, checkout.time())) {
            archive.tree(tree.root(), "");
        }
        return layer(tar, blobs);
    }

    private static Layer layer(Path tar, Path blobs) throws IOException {
        Path compressed = tar.resolveSibling(tar.getFileName() + ".gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            long _ = Files.copy(tar, out);
        }
        String diff = Digests.sha256(tar);
        String digest = Digests.sha256(compressed);
        Files.move(compressed, blobs.resolve(digest));
        Files.delete(tar);
        return new Layer(diff, digest, Files.size(blobs.resolve(digest)));
    }

    private static String blob(Path blobs, String text) throws IOException {
        Path file = blobs.resolve("new");
        Files.writeString(file, text);
        String digest = Digests.sha256(file);
        Files.move(file, blobs.resolve(digest));
        return digest;
    }
}
