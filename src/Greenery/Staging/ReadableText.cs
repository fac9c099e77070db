using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Greenery.Staging;

/// <summary>Bytes of a file as text that a message, a terminal and PostgreSQL can hold.</summary>
internal static class ReadableText
{
    /// <summary>Shown instead of personal data.</summary>
    public const string PiiMask = "***";

    private const int Longest = 60;

    /// <summary>
    /// In quotes, control characters shown as dots, invisible ones as codes, shortened to 60 characters.
    /// </summary>
    public static string Quote(ReadOnlySpan<byte> bytes) => $"'{Shorten(bytes)}'";

    /// <summary>As <see cref="Quote"/>, without the quotes.</summary>
    public static string Shorten(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, Longest * 4)]);
        var isLong = text.Length > Longest || bytes.Length > Longest * 4;
        return Show(Start(text, Longest)) + (isLong ? "..." : "");
    }

    /// <summary>
    /// The first characters of a text, one fewer where a cut through a surrogate pair would leave half a character,
    /// which is not valid text.
    /// </summary>
    public static string Start(string text, int most)
    {
        var end = Math.Min(text.Length, most);
        return text[..(end - (end > 0 && char.IsHighSurrogate(text[end - 1]) ? 1 : 0))];
    }

    /// <summary>Whether a reader cannot see the character: a byte order mark, a space without width.</summary>
    public static bool IsInvisible(char letter) =>
        letter > 127 && char.GetUnicodeCategory(letter) == UnicodeCategory.Format;

    private static string Show(ReadOnlySpan<char> text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (IsInvisible(letter))
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            }
            else
            {
                shown.Append(char.IsControl(letter) ? '.' : letter);
            }
        }
        return shown.ToString();
    }

    /// <summary>The whole text; what PostgreSQL cannot hold (invalid UTF-8, NUL) is shown as U+FFFD.</summary>
    /// <returns>Whether the text holds the bytes exactly as they were.</returns>
    public static bool Sanitize(ReadOnlySpan<byte> bytes, out string text)
    {
        text = Encoding.UTF8.GetString(bytes).Replace('\0', '\uFFFD');
        return Utf8.IsValid(bytes) && !bytes.Contains((byte)0);
    }
}
