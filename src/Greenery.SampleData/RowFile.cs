using System.Globalization;
using System.IO.Compression;
using System.Text;
using Greenery.Drops;

namespace Greenery.SampleData;

/// <summary>
/// One file of a drop, written row by row in the format its name says. It gets its name when it is complete, so that
/// no reader sees half of it.
/// </summary>
internal sealed class RowFile : IDisposable
{
    private readonly DropName _name;
    private readonly string _path;
    private readonly string _target;
    private readonly string _unfinished;
    private readonly Utf8Writer _to;
    private readonly byte[][] _keys;
    private readonly Queue<(long AfterRow, Action<RowFile> Write, string Description)> _planned = [];
    private readonly List<InjectedError> _planted = [];
    private int _column;
    private long _rows;

    /// <param name="folder">Where the drops are.</param>
    /// <param name="path">The drop's path below it; it says the format.</param>
    /// <param name="columns">The names of the columns, in the order in which rows give them.</param>
    /// <param name="cancellationToken">Looked at every 64 KB.</param>
    public RowFile(string folder, string path, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        _path = path;
        _name = DropName.TryParse(path, out var name)
            ? name
            : throw new ArgumentException($"'{path}' is no drop's path: {DropName.Form}.", nameof(path));
        _target = Path.Combine(folder, path);
        _unfinished = _target + ".unfinished";
        _keys = [.. columns.Select(column => Encoding.UTF8.GetBytes($"\"{column}\":"))];
        Directory.CreateDirectory(Path.GetDirectoryName(_target)!);
        Stream file = new FileStream(_unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        _to = new Utf8Writer(name.IsCompressed ? new GZipStream(file, CompressionLevel.Fastest)
            : file, cancellationToken);
        _to.Text(name.Format switch
        {
            DropFormat.Csv => string.Join(',', columns) + "\n",
            DropFormat.Json => "[\n",
            _ => "",
        });
    }

    /// <summary>The rows that were planted so far.</summary>
    public IReadOnlyList<InjectedError> Planted => _planted;

    private bool IsCsv => _name.Format == DropFormat.Csv;

    public void Null()
    {
        BeginField();
        _to.Bytes(IsCsv ? default : "null"u8);
    }

    public void Uuid(Guid value)
    {
        BeginField();
        Quote();
        _to.Uuid(value);
        Quote();
    }

    public void Text(string value)
    {
        BeginField();
        Quote();
        _to.Text(IsCsv ? InCsv(value) : InJson(value));
        Quote();
    }

    /// <summary>An address of one thing: text, uuid, text. Neither text needs to be escaped.</summary>
    public void Url(ReadOnlySpan<byte> before, Guid id, ReadOnlySpan<byte> after)
    {
        BeginField();
        Quote();
        _to.Bytes(before);
        _to.Uuid(id);
        _to.Bytes(after);
        Quote();
    }

    public void Integer(long value)
    {
        BeginField();
        _to.Integer(value);
    }

    public void Money(long cents)
    {
        BeginField();
        _to.Money(cents);
    }

    public void Time(long seconds)
    {
        BeginField();
        Quote();
        _to.Time(seconds);
        Quote();
    }

    public void EndRow()
    {
        _to.Bytes(_name.Format switch
        {
            DropFormat.Csv => "\n"u8,
            DropFormat.Json => "}"u8,
            _ => "}\n"u8,
        });
        _column = 0;
        _rows++;
        if (_planned.TryPeek(out var next) && next.AfterRow <= _rows)
        {
            PlantNext();
        }
    }

    /// <summary>Has a bad row written after that row, or at the end of a shorter file. Call in rising order.</summary>
    public void Plant(long afterRow, string words, Action<RowFile> write) => _planned.Enqueue((afterRow, write, words));

    /// <summary>Ends the file and gives it its name.</summary>
    public SampleFile Complete()
    {
        while (_planned.Count > 0)
        {
            PlantNext();
        }
        _to.Bytes(_name.Format == DropFormat.Json ? "\n]\n"u8 : default);
        _to.Flush();
        _to.Dispose();
        File.Move(_unfinished, _target, overwrite: true);
        return new SampleFile(_path, _name.Table, _rows);
    }

    /// <summary>Removes what was written, unless it is complete.</summary>
    public void Dispose()
    {
        _to.Dispose();
        File.Delete(_unfinished);
    }

    private void PlantNext()
    {
        var (_, write, words) = _planned.Dequeue();
        // CSV has its header and JSON its bracket in the first line.
        var line = _rows + (_name.Format == DropFormat.NdJson ? 1 : 2);
        _planted.Add(new InjectedError(_path, line, words));
        write(this);
    }

    private void BeginField()
    {
        if (IsCsv)
        {
            _to.Bytes(_column == 0 ? default : ","u8);
        }
        else
        {
            _to.Bytes(_column > 0 ? ","u8 : _rows > 0 && _name.Format == DropFormat.Json ? ",\n{"u8 : "{"u8);
            _to.Bytes(_keys[_column]);
        }
        _column++;
    }

    private void Quote()
    {
        if (!IsCsv)
        {
            _to.Byte((byte)'"');
        }
    }

    private static string InCsv(string value) => value.AsSpan().IndexOfAny(",\"\n") < 0
        ? value
        : string.Create(CultureInfo.InvariantCulture, $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");

    // No text of the shop has control characters.
    private static string InJson(string value) => value.AsSpan().IndexOfAny("\\\"") < 0
        ? value
        : value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
