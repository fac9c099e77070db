using System.Buffers;
using System.Text;

namespace Greenery.Presentation;

/// <summary>
/// Text from outside (names of files, headers, values, messages of others) as a terminal and a log may show it: an
/// escape sequence in it would move the cursor, hide lines or change the window's title.
/// </summary>
public static class TerminalText
{
    private static readonly SearchValues<char> Unsafe = SearchValues.Create(
    [
        .. Enumerable.Range(0, 0x20).Select(code => (char)code).Where(code => code is not '\n' and not '\t'),
        .. Enumerable.Range(0x7F, 0x21).Select(code => (char)code),
        // What turns the order of letters around.
        '\u061C', '\u200E', '\u200F', '\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068',
        '\u2069',
    ]);

    /// <summary>
    /// The text with its control characters as pictures (U+2400 and on), those that have none as U+FFFD. Ends of lines
    /// and tabulators stay.
    /// </summary>
    public static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny(Unsafe) < 0)
        {
            return text;
        }
        var shown = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            shown.Append(IsLineEnd(text, i) || !Unsafe.Contains(text[i]) ? text[i] : Picture(text[i]));
        }
        return shown.ToString();
    }

    private static bool IsLineEnd(string text, int i) => text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n';

    private static char Picture(char code) => code switch
    {
        < (char)0x20 => (char)(0x2400 + code),
        (char)0x7F => '\u2421',
        _ => '\uFFFD',
    };
}
