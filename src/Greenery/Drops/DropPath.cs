using System.Text;

namespace Greenery.Drops;

/// <summary>What the path of a drop may be, beyond its form: it is shown, logged, and kept in an index.</summary>
public static class DropPath
{
    /// <summary>The longest path, in bytes of UTF-8: an entry of an index of PostgreSQL has room for 2,700.</summary>
    public const int MostBytes = 1000;

    private const int LongestShown = 120;

    /// <summary>What is wrong with it, and what to do; null when nothing is.</summary>
    public static string? FaultOf(string path) => path switch
    {
        _ when path.Any(char.IsControl) => "its name has control characters. Rename it",
        _ when Encoding.UTF8.GetByteCount(path) is > MostBytes and var bytes =>
            $"its path has {bytes} bytes; expected at most {MostBytes}. Rename it",
        _ => null,
    };

    /// <summary>The path as a message may hold it: control characters as codes, and not endless.</summary>
    public static string Show(string path)
    {
        var shown = new StringBuilder();
        foreach (var rune in path.EnumerateRunes())
        {
            if (shown.Length >= LongestShown)
            {
                return shown.Append("...").ToString();
            }
            shown.Append(Rune.IsControl(rune) ? $"\\u{rune.Value:x4}" : rune.ToString());
        }
        return shown.ToString();
    }
}
