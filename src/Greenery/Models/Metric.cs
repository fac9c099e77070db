using System.Text.RegularExpressions;

namespace Greenery.Models;

/// <summary>A named key figure: one select over the marts that returns one row with one number, <c>value</c>.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Title">For people: <c>Repeat rate</c>.</param>
/// <param name="Unit"><c>share</c>, <c>count</c>, <c>dollars</c> or <c>days</c>.</param>
/// <param name="Description">What it counts.</param>
/// <param name="Sql">The select.</param>
public sealed partial record Metric(string Name, string Title, string Unit, string Description, string Sql)
{
    /// <summary>The files of <c>sql/metrics</c>, by name; none when there is no such folder.</summary>
    public static IReadOnlyList<Metric> ReadAll(string sqlFolder, ICollection<Fault> faults)
    {
        var folder = Path.Combine(sqlFolder, "metrics");
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "*.sql").Order(StringComparer.Ordinal).Select(path => Read(path, faults)).OfType<Metric>()]
            : [];
    }

    private static Metric? Read(string path, ICollection<Fault> faults)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var sql = File.ReadAllText(path).Trim();
        var match = Header().Match(sql.ReplaceLineEndings("\n"));
        if (match.Success)
        {
            return new Metric(name, match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value.Trim(), sql.TrimEnd(';'));
        }
        faults.Add(new Fault($"sql/metrics/{name}.sql:1", "has no title; expected a first line such as "
            + "'-- Repeat rate (share): buyers with two or more orders among all buyers.' with share, count, dollars or days."));
        return null;
    }

    [GeneratedRegex(@"^--\s*(.+?)\s*\((share|count|dollars|days)\):\s*(.*)")]
    private static partial Regex Header();
}
