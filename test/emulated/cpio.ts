// The initial file system of the emulated machine: a cpio archive in the "newc" format, as the kernel unpacks it into its
// root (Documentation/driver-api/early-userspace/buffer-format.rst of the kernel).

export type ArchiveFile = Readonly<{ path: string; bytes: Uint8Array; mode: number }>;

// include/uapi/linux/stat.h
const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;

/** `folders` come before what stands in them; paths have no slash in front. */
export function writeCpio(folders: readonly string[], files: readonly ArchiveFile[]): Buffer {
  return Buffer.concat([
    ...folders.map((path) => record(path, S_IFDIR | 0o755, new Uint8Array())),
    ...files.map(({ path, bytes, mode }) => record(path, S_IFREG | mode, bytes)),
    record("TRAILER!!!", 0, new Uint8Array()),
  ]);
}

/** Header, name and bytes, the latter two padded to 4 bytes. */
function record(path: string, mode: number, bytes: Uint8Array): Buffer {
  const fields = [
    1, // ino
    mode,
    0, // uid
    0, // gid
    1, // nlink
    0, // mtime
    bytes.length,
    0, // major and minor of the file system, then of a device
    0,
    0,
    0,
    path.length + 1, // with its NUL
    0, // check: not used
  ];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}${path}\0`;
  return Buffer.concat([padded(Buffer.from(header, "latin1")), padded(Buffer.from(bytes))]);
}

function padded(part: Buffer): Buffer {
  return Buffer.concat([part, Buffer.alloc(-part.length & 3)]);
}
