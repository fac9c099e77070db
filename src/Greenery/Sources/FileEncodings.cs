using System.Text;

namespace Greenery.Sources;

/// <summary>The encodings a CSV file can have.</summary>
public static class FileEncodings
{
    public const string Utf8 = "utf-8";

    /// <summary>That of the file's byte order mark; without one the low byte comes first.</summary>
    public const string Utf16 = "utf-16";

    /// <summary>UTF-16 with the high byte first.</summary>
    public const string Utf16BigEndian = "utf-16be";

    /// <summary>The names accepted in sources.yml, for messages.</summary>
    public const string Known = "utf-8, utf-16, utf-16le, utf-16be, windows-1252, iso-8859-1";

    /// <summary>Whether the name is one of <see cref="Known"/>.</summary>
    public static bool IsKnown(string name) => Known.Split(", ").Contains(name);

    /// <summary>Whether the name is one of the forms of UTF-16.</summary>
    public static bool IsUtf16(string name) => name.StartsWith(Utf16, StringComparison.Ordinal);

    /// <summary>The encoding of a name that has one byte a character.</summary>
    public static Encoding FindSingleByte(string name) => name switch
    {
        "windows-1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
        "iso-8859-1" => Encoding.Latin1,
        _ => throw new ArgumentException($"'{name}' has more than one byte a character.", nameof(name)),
    };
}
