using System.Globalization;
using System.Text;

namespace Greenery.Drops;

/// <summary>
/// The order of the parts of one date, in which they are loaded and in which a later one wins: by the numbers in their
/// names (<c>orders-9.csv</c> before <c>orders-10.csv</c>), letters in any case, then by the path itself.
/// </summary>
public static class DropOrder
{
    /// <summary>
    /// A text that compares byte by byte as paths are ordered. Kept in <c>ops.drop.sort_key</c>: computed in queries,
    /// it would cost more than what they look for. Migration 0017 computes it by the same rule for older rows.
    /// </summary>
    /// <param name="path">Of a drop, below the container or folder.</param>
    public static string KeyOf(string path)
    {
        var key = new StringBuilder(2 * path.Length + 16);
        for (var at = 0; at < path.Length;)
        {
            if (char.IsAsciiDigit(path[at]))
            {
                at = AppendNumber(key, path, at);
            }
            else
            {
                key.Append(char.IsAsciiLetterUpper(path[at]) ? (char)(path[at] | ' ') : path[at]);
                at++;
            }
        }
        return key.Append(' ').Append(path).ToString();
    }

    // The count of digits comes first, so that a longer number is the greater one. Leading zeros do not count.
    private static int AppendNumber(StringBuilder key, string path, int start)
    {
        var end = start;
        while (end < path.Length && char.IsAsciiDigit(path[end]))
        {
            end++;
        }
        var digits = path.AsSpan(start, end - start).TrimStart('0');
        key.Append(CultureInfo.InvariantCulture, $"{digits.Length:0000}").Append(digits);
        return end;
    }
}
