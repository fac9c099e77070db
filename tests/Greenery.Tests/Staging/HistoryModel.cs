using System.Globalization;

namespace Greenery.Tests.Staging;

/// <summary>The expected history of the current drops, computed in the simplest way.</summary>
internal sealed class HistoryModel(bool isComplete)
{
    private readonly SortedDictionary<string, (
        DateOnly Date, Dictionary<int, (string Name, decimal Price)> Rows)> _drops =
        new(StringComparer.Ordinal);

    /// <summary>The path begins with the date, so paths are in the order of precedence.</summary>
    public void Load(DateOnly date, string path, IEnumerable<(int Id, string Name, decimal Price)> rows)
    {
        var last = new Dictionary<int, (string, decimal)>();
        foreach (var (id, name, price) in rows)
        {
            last[id] = (name, price);
        }
        _drops[path] = (date, last);
    }

    // All parts of a date are one complete table; the later one wins.
    private IEnumerable<(DateOnly Date, Dictionary<int, (string Name, decimal Price)> Rows)> Statements() => !isComplete
        ? _drops.Values
        : _drops.Values.GroupBy(drop => drop.Date).Select(parts =>
        {
            var rows = new Dictionary<int, (string, decimal)>();
            foreach (var (id, row) in parts.SelectMany(part => part.Rows))
            {
                rows[id] = row;
            }
            return (parts.Key, rows);
        });

    /// <summary>As PostgreSQL writes rows, in order of id, from, to.</summary>
    public List<string> Versions()
    {
        var versions = new List<(int Id, string Values, DateOnly From, DateOnly? To)>();
        foreach (var id in _drops.Values.SelectMany(drop => drop.Rows.Keys).Distinct())
        {
            (string Values, DateOnly From)? open = null;
            foreach (var (date, rows) in Statements())
            {
                var values = rows.TryGetValue(id, out var row)
                    ? string.Create(CultureInfo.InvariantCulture, $"{row.Name},{row.Price:0.00}")
                    : isComplete ? null : open?.Values;
                if (open is { } was && was.Values != values)
                {
                    versions.Add((id, was.Values, was.From, date));
                    open = null;
                }
                open ??= values is null ? null : (values, date);
            }
            if (open is { } current)
            {
                versions.Add((id, current.Values, current.From, null));
            }
        }
        return [.. versions
            .Select(x => (x.Id, x.From, To: x.To ?? DateOnly.MaxValue,
                Text: $"({x.Id},{x.Values},{x.From:yyyy-MM-dd},{x.To:yyyy-MM-dd})"))
            .OrderBy(x => x.Id).ThenBy(x => x.From).ThenBy(x => x.To).ThenBy(x => x.Text, StringComparer.Ordinal)
            .Select(x => x.Text)];
    }
}
