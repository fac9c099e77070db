using System.Text;

namespace Greenery.Sources;

/// <summary>The encodings a CSV file can have.</summary>
public static class FileEncodings
{
    public const string Utf8 = "utf-8";

    /// <summary>The names accepted in sources.yml, for messages.</summary>
    public const string Known = "utf-8, utf-16, utf-16le, utf-16be, windows-1252, iso-8859-1";

    /// <summary>Whether the name is one of <see cref="Known"/>.</summary>
    public static bool IsKnown(string name) => Known.Split(", ").Contains(name);

    /// <summary>The encoding of a name; bytes that are not valid in it throw a DecoderFallbackException.</summary>
    public static Encoding Find(string name) => name switch
    {
        "utf-16" or "utf-16le" => new UnicodeEncoding(false, byteOrderMark: false, throwOnInvalidBytes: true),
        "utf-16be" => new UnicodeEncoding(true, byteOrderMark: false, throwOnInvalidBytes: true),
        "windows-1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
        "iso-8859-1" => Encoding.Latin1,
        _ => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
    };
}
