using Greenery.Drops;

namespace Greenery.Sources;

/// <summary>Finds which table a file of the store belongs to.</summary>
public sealed class DropMatcher
{
    private readonly Dictionary<string, SourceTable> _byDropName;
    private readonly SourceTable[] _withPaths;

    /// <param name="tables">The contract.</param>
    public DropMatcher(IReadOnlyList<SourceTable> tables)
    {
        _withPaths = [.. tables.Where(table => table.Paths.Count > 0)];
        _byDropName = tables.Except(_withPaths)
            .ToDictionary(table => table.DropName, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether any table says how its files are called.</summary>
    public bool HasPaths => _withPaths.Length > 0;

    /// <summary>Names of drops of tables without patterns.</summary>
    public IEnumerable<string> DropNames => _byDropName.Keys;

    /// <summary>All tables and dates that the path can be of; more than one when the contract is ambiguous.</summary>
    public IReadOnlyList<DropMatch> Find(string path)
    {
        var found = _withPaths
            .SelectMany(table => table.Paths.Select(pattern => (table, pattern, date: pattern.DateOf(path))))
            .Where(match => match.date is not null)
            .Select(match => new DropMatch(
                match.table, match.date!.Value, $"path '{match.pattern}' at {match.pattern.Source.Place}"))
            .DistinctBy(match => (match.Table.Name, match.Date))
            .ToList();
        if (DropName.TryParse(path, out var name) && _byDropName.TryGetValue(name.Table, out var named))
        {
            found.Add(new DropMatch(named, name.Date, $"its name, that of the table at {named.Place}"));
        }
        return found;
    }

    /// <summary>A table of that drop name whose files have other paths; null when there is none.</summary>
    public SourceTable? Elsewhere(string dropName) => Array.Find(
        _withPaths, table => table.DropName.Equals(dropName, StringComparison.OrdinalIgnoreCase));
}

/// <summary>What a path can be.</summary>
/// <param name="Table">Whose drop.</param>
/// <param name="Date">Of which business date.</param>
/// <param name="By">What says so, for messages.</param>
public sealed record DropMatch(SourceTable Table, DateOnly Date, string By);
