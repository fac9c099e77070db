using System.Text;
using Greenery.Sources;

namespace Greenery.Staging.Inference;

/// <summary>Names that SQL takes without quotes, each once.</summary>
/// <param name="longest">Characters.</param>
internal sealed class NameGuess(int longest)
{
    // Room for a number at the end.
    private const int Spare = 4;

    private const string Accented = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿß";
    private const string Unaccented = "aaaaaaceeeeiiiinoooooouuuuyys";

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary><c>Order No.</c> becomes <c>order_no</c>.</summary>
    public string Of(string found, string otherwise)
    {
        var plain = new StringBuilder();
        foreach (var letter in found.ToLowerInvariant().Select(Plain))
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                plain.Append(letter);
            }
            else if (plain.Length > 0 && plain[^1] != '_')
            {
                plain.Append('_');
            }
        }
        var name = plain.ToString().Trim('_');
        name = name.Length == 0 ? otherwise : char.IsAsciiDigit(name[0]) ? $"{otherwise}_{name}" : name;
        name = name.Length > longest - Spare ? name[..(longest - Spare)].TrimEnd('_') : name;
        var isTaken = ReservedWords.Contains(name) || ReservedWords.SystemColumns.Contains(name)
            || name == ReservedWords.CheckedTable;
        name = isTaken ? $"{name}_{otherwise[0]}" : name;
        for (var (i, first) = (2, name); !_taken.Add(name); i++)
        {
            name = string.Create(null, $"{first}_{i}");
        }
        return name;
    }

    private static char Plain(char letter) =>
        Accented.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var at ? Unaccented[at] : letter;
}
