using System.Text;

namespace Greenery.Sources;

/// <summary>
/// Reads the text files of the sql folder strictly: a byte that is not UTF-8 would change what the SQL says.
/// </summary>
internal static class Utf8File
{
    private static readonly UTF8Encoding Strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// The text without a byte order mark; null, with a diagnostic that names the line, when it is not UTF-8.
    /// </summary>
    /// <param name="path">Where the file is.</param>
    /// <param name="name">How messages call it: <c>sql/core/core.yml</c>.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    public static string? Read(string path, string name, ICollection<Diagnostic> diagnostics)
    {
        var bytes = File.ReadAllBytes(path);
        if (InvalidAt(bytes) is { } offset)
        {
            var line = 1 + bytes.AsSpan(0, offset).Count((byte)'\n');
            diagnostics.Add(new Diagnostic($"{name}:{line}", "holds bytes that are not UTF-8; save it as UTF-8."));
            return null;
        }
        return Strict.GetString(bytes.AsSpan().StartsWith("\ufeff"u8) ? bytes.AsSpan(3) : bytes);
    }

    // A NUL is valid UTF-8, but in a text file it means UTF-16, and PostgreSQL takes none.
    private static int? InvalidAt(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            if (bytes[at] == 0
                || Rune.DecodeFromUtf8(bytes.AsSpan(at), out _, out var length) != System.Buffers.OperationStatus.Done)
            {
                return at;
            }
            at += length;
        }
        return null;
    }
}
