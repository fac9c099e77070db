using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Inference;

/// <summary>What is known of one table from its files.</summary>
internal sealed class TableGuess(string dropName) : IDisposable
{
    /// <summary>More rows of a table are not read.</summary>
    public const long MostRows = 1_000_000;

    // Pairs of the first columns are tried as a key; keys come first in most files.
    private const int MostInPairs = 6;

    private readonly List<ColumnGuess> _columns = [];
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<(int, int), HashSet<ulong>?> _pairs = [];
    private readonly CopyBuffer _scratch = new();
    private ulong[] _row = [];

    public string DropName { get; } = dropName;

    public List<FileForm> Files { get; } = [];

    public IReadOnlyList<ColumnGuess> Columns => _columns;

    public long Rows { get; private set; }

    /// <summary>Rows that no contract can read: with the wrong number of fields, say.</summary>
    public long Unreadable { get; set; }

    /// <summary>What is not sure of the files.</summary>
    public IEnumerable<string> Doubts => Unreadable == 0
        ? Files.SelectMany(file => file.Doubts).Distinct().Concat(Notes)
        : Files.SelectMany(file => file.Doubts).Distinct().Concat(Notes).Append(
            FormattableString.Invariant($"{Unreadable} rows cannot be read whatever the types are"));

    /// <summary>What reading the files has shown.</summary>
    public List<string> Notes { get; } = [];

    public bool IsFull => Rows >= MostRows;

    /// <summary>Pairs of columns of which no file has one twice.</summary>
    public IEnumerable<(ColumnGuess First, ColumnGuess Second)> UniquePairs => _pairs
        .Where(pair => pair.Value is not null)
        .Select(pair => (_columns[pair.Key.Item1], _columns[pair.Key.Item2]))
        .Where(pair => pair.Item1.Nulls + pair.Item2.Nulls == 0 && pair.Item1.Values > 0);

    public void BeginFile(FileForm form)
    {
        Files.Add(form);
        _columns.ForEach(column => column.BeginFile());
        foreach (var name in form.Columns)
        {
            _columns[IndexOf(name)].Meet();
        }
        foreach (var seen in _pairs.Values)
        {
            seen?.Clear();
        }
    }

    /// <summary>Takes the columns and types that a file says it has.</summary>
    public void Declare(IReadOnlyDictionary<string, ColumnType?> types)
    {
        foreach (var (name, type) in types)
        {
            _columns[IndexOf(name)].Declare(type);
        }
    }

    public void BeginRow() => Array.Clear(_row);

    public void Add(string name, ReadOnlySpan<byte> value, bool isJson)
    {
        var at = IndexOf(name);
        _columns[at].Meet();
        var hash = _columns[at].Add(value, isJson, _scratch);
        if (at >= _row.Length)
        {
            Array.Resize(ref _row, Math.Max(at + 1, 2 * _row.Length));
        }
        _row[at] = hash;
    }

    public void EndRow()
    {
        Rows++;
        for (var i = 0; i < Math.Min(MostInPairs, _columns.Count); i++)
        {
            for (var j = i + 1; j < Math.Min(MostInPairs, _columns.Count); j++)
            {
                AddPair(i, j);
            }
        }
    }

    public void Dispose() => _scratch.Dispose();

    private void AddPair(int first, int second)
    {
        if (!_pairs.TryGetValue((first, second), out var seen))
        {
            // A column that comes later was not there in earlier rows.
            _pairs[(first, second)] = seen = Rows == 1 ? [] : null;
        }
        var (a, b) = (_row.ElementAtOrDefault(first), _row.ElementAtOrDefault(second));
        if (seen?.Add((a * 31) ^ ulong.RotateLeft(b, 17)) == false)
        {
            _pairs[(first, second)] = null;
        }
    }

    private int IndexOf(string name)
    {
        if (!_byName.TryGetValue(name, out var at))
        {
            at = _columns.Count;
            _byName.Add(name, at);
            _columns.Add(new ColumnGuess(name));
        }
        return at;
    }
}
