using System.Runtime.InteropServices;
using System.Text;

namespace Greenery.Drops;

/// <summary>
/// What an entry of a folder is, without opening it: the opening of a named pipe waits for one that writes into it, and
/// reading a device may never end. The framework says only whether an entry is a folder or a link.
/// </summary>
internal static class FileKind
{
    private const int CurrentFolder = -100;
    private const uint TypeOnly = 1;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    // struct statx is the same on all architectures; the offset is that of stx_mode (man 2 statx).
    private const int BufferLength = 256;
    private const int ModeOffset = 28;

    /// <summary>
    /// The entry, for people, where it is no file with content, links followed: "a named pipe"; null where it is one,
    /// or where the system does not say.
    /// </summary>
    public static string? WhyNoFile(string path) => TypeOf(path) switch
    {
        null or RegularFile => null,
        0x1000 => "a named pipe",
        0xC000 => "a socket",
        0x2000 or 0x6000 => "a device",
        0x4000 => "a folder",
        _ => "no regular file",
    };

    private static int? TypeOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }
        var buffer = new byte[BufferLength];
        try
        {
            return StatX(CurrentFolder, Encoding.UTF8.GetBytes(path + '\0'), 0, TypeOnly, buffer) == 0
                ? BitConverter.ToUInt16(buffer, ModeOffset) & TypeMask
                : null;
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // A C library of before 2018, or one of another name.
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatX(int folder, byte[] path, int flags, uint mask, byte[] buffer);
}
