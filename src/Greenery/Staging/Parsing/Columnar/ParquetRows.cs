using System.Globalization;
using Greenery.Sources;
using Greenery.Staging.Parsing.Records;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>
/// Reads a Parquet file, one row group after the other. Lists are arrays, structures and maps objects. Lines are the
/// rows of the file, counted from 1.
/// </summary>
internal sealed class ParquetRows(SourceTable table, DropLimits limits) : RecordRows(table)
{
    private ParquetContent _content = null!;
    private RecordColumn[] _columns = [];
    private long _left;

    public override IReadOnlyDictionary<string, ColumnType?> DeclaredTypes => _columns
        .Select((column, at) => (column.Name, column.IsNameless, _content.Columns[at].Declared))
        .Where(column => !column.IsNameless)
        .ToDictionary(column => column.Name, column => column.Declared);

    protected override string FormatName => "a Parquet file";

    protected override bool SkipsBlankRows => false;

    protected override string Part => string.Create(CultureInfo.InvariantCulture, $", in row group {_content.Group}");

    public override async ValueTask FillAsync(InputWindow window, CancellationToken cancellationToken) =>
        await TryAsync(async () => _left = await _content.LoadAsync(cancellationToken));

    protected override async Task OpenAsync(FileStream file, CancellationToken cancellationToken)
    {
        Line = 0;
        _content = await ParquetContent.OpenAsync(file, TypeOf, IsPersonal, limits, cancellationToken);
        _columns = RecordColumn.Match(Table, [.. _content.Columns.Select(column => column.Name)], advice: "");
    }

    protected override ReadStep Advance()
    {
        if (_left == 0)
        {
            _content.EndGroup();
            return _content.IsAtEnd ? ReadStep.Finished : ReadStep.NeedsInput;
        }
        _left--;
        Line++;
        return ReadStep.PageIsFull;
    }

    protected override RowFault? Write(RecordJson row)
    {
        RowFault? fault = null;
        for (var at = 0; at < _columns.Length; at++)
        {
            row.Name(_columns[at].Key);
            if (_content.Columns[at].Write(row) is { } found)
            {
                fault ??= _columns[at].Fault(found.Rule, found.Found, found.Expected);
            }
        }
        return fault;
    }

    // Only what it is likely to be: how a value is written depends on it, not where it goes.
    private ColumnType? TypeOf(string name) => Table.Columns.FirstOrDefault(column =>
        HeaderName.AreAlike(column.SourceName, HeaderName.Normalize(name))
        || HeaderName.AreAlike(column.Name, HeaderName.Normalize(name)))?.Type;
}
