using System.Globalization;
using System.Text;
using ExcelDataReader;
using Greenery.Sources;
using Greenery.Staging.Parsing.Records;

namespace Greenery.Staging.Parsing.Excel;

/// <summary>
/// Reads one sheet of an Excel workbook, its first row with a value (or the contract's) being the header. Formulas
/// have the value that was saved with them. Lines are the rows of the sheet.
/// </summary>
internal sealed class ExcelRows(SourceTable table, DropLimits limits) : RecordRows(table)
{
    private IExcelDataReader _sheet = null!;
    private ExcelErrors _errors = null!;
    private RecordColumn[] _columns = [];
    private string? _note;

    protected override string FormatName => "an Excel workbook (.xlsx)";

    protected override bool SkipsBlankRows => true;

    public override IReadOnlyList<string> Notes(long rows) =>
        _note is null ? base.Notes(rows) : [_note, .. base.Notes(rows)];

    public override void Dispose()
    {
        _sheet?.Dispose();
        base.Dispose();
    }

    protected override Task OpenAsync(FileStream file, CancellationToken cancellationToken)
    {
        ExcelFile.EnsureReadable(file, Table, limits);
        _sheet = ExcelFile.Open(file, Table);
        if (Table.Xlsx.Sheet is null && _sheet.ResultsCount > 1)
        {
            _note = $"has {_sheet.ResultsCount} sheets, of which '{SheetName}' was read; to be sure of the one, say "
                + "config: {xlsx: {sheet: ...}} in the contract";
        }
        _errors = ExcelErrors.Read(file, _sheet.Name);
        // Both move the position of the one file: the reader of the rows begins anew.
        _sheet.Dispose();
        _sheet = ExcelFile.Open(file, Table);
        _columns = RecordColumn.Match(
            Table, ReadHeader(), $" Read were the names in row {Line} of the sheet '{SheetName}'; the contract can "
            + "name others (config: xlsx: sheet, header_row).");
        return Task.CompletedTask;
    }

    private FoundText SheetName => ExcelFile.ShowSheet(_sheet, Table);

    protected override ReadStep Advance()
    {
        if (!_sheet.Read())
        {
            return ReadStep.Finished;
        }
        Line = _sheet.Depth + 1;
        return Line <= ExcelOptions.MostRows ? ReadStep.PageIsFull : throw new RefusedDropException(
            $"has a row {Line} in its sheet '{SheetName}'; a sheet has at most {ExcelOptions.MostRows}. Was it "
            + "written by a program that does not know the format? Save it with a spreadsheet program.");
    }

    protected override RowFault? Write(RecordJson row)
    {
        RowFault? fault = null;
        for (var at = 0; at < Math.Min(_columns.Length, _sheet.FieldCount); at++)
        {
            var (error, value) = (_errors.Find(Line, at), _sheet.GetValue(at));
            if (error is null && value is null or "" && _columns[at].IsNameless)
            {
                continue;
            }
            row.Name(_columns[at].Key);
            var found = error is null
                ? Write(row, _columns[at], value, at)
                : WriteError(row, _columns[at], error);
            fault ??= found;
        }
        return fault;
    }

    private string[] ReadHeader()
    {
        while (_sheet.Read())
        {
            Line = _sheet.Depth + 1;
            if (Line < Table.Xlsx.HeaderRow)
            {
                continue;
            }
            var names = Enumerable.Range(0, _sheet.FieldCount).Select(_sheet.GetValue).Select(Name).ToArray();
            if (names.Any(name => name.Length > 0))
            {
                return names;
            }
            if (Table.Xlsx.HeaderRow is not null)
            {
                break;
            }
        }
        throw new RefusedDropException(
            $"has no value in {(Table.Xlsx.HeaderRow is { } row ? $"row {row} of " : "")}its sheet '{SheetName}'; "
            + "expected a header row with the columns "
            + $"{NameList.Of([.. Table.Columns.Select(column => column.SourceName)])}. Was the wrong sheet saved, or "
            + "is the contract wrong (config: xlsx)? A day without rows has the header row only.");
    }

    private static string Name(object? value) => value switch
    {
        DateTime date => ExcelDate.Format(date, null, null),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)?.Trim() ?? "",
    };

    private RowFault? Write(RecordJson row, RecordColumn column, object? value, int at)
    {
        switch (value)
        {
            case null or "":
                row.Null();
                return null;
            case bool flag:
                row.Boolean(flag);
                return null;
            case string text:
                return WriteText(row, column, text);
            case DateTime date:
                return WriteText(row, column, ExcelDate.Format(date, column.Kind, _sheet.GetNumberFormatString(at)));
            case TimeSpan time:
                return WriteText(row, column, ExcelDate.Format(time));
            default:
                return WriteNumber(row, column, Convert.ToDouble(value, CultureInfo.InvariantCulture));
        }
    }

    private static RowFault? WriteText(RecordJson row, RecordColumn column, string text)
    {
        if (column.Column is not { } known)
        {
            row.Text(text);
            return null;
        }
        // A cell has no quotes that would make the word a text.
        if (known.Nulls.Contains(text))
        {
            row.Null();
            return null;
        }
        if (column.Kind == ColumnKind.Jsonb && row.TryJson(Encoding.UTF8.GetBytes(text)))
        {
            return null;
        }
        var isText = row.Text(text);
        return column.Kind == ColumnKind.Jsonb
            ? column.Fault(RowRule.Type, "text that is no JSON", "a JSON value")
            : isText ? null : column.Fault(RowRule.Encoding, "half of a surrogate pair", "text");
    }

    // The reader gives no value for it, and an error is not "no value" unless the contract says so.
    private static RowFault? WriteError(RecordJson row, RecordColumn column, string error)
    {
        if (column.Column?.Nulls.Contains(error) == true)
        {
            row.Null();
            return null;
        }
        if (column.Column is not { } known)
        {
            row.Text(error);
            return null;
        }
        row.NoValue("error", error);
        return error == ExcelErrors.NotComputed
            ? column.Fault(
                RowRule.Type, "a formula that was never computed",
                "the value saved with it. Open the workbook in a spreadsheet program and save it there")
            : column.Fault(
                RowRule.Type, $"the error {error}", $"a value of {known.Type.Sql}. Correct the sheet; where the error "
                + $"means no value, say config: {{nulls: ['{error}']}} in the contract");
    }

    private static RowFault? WriteNumber(RecordJson row, RecordColumn column, double value)
    {
        if (!double.IsFinite(value))
        {
            row.NoValue("number", ExcelNumber.Exact(value));
            return column.Fault(RowRule.Range, "a number too large to hold", "a finite one");
        }
        if (column.Kind is null or ColumnKind.Double || ExcelNumber.TryFormat(value, out var text))
        {
            text = column.Kind is ColumnKind.Double ? ExcelNumber.Exact(value) : Usual(value);
            row.Number(text);
            return null;
        }
        row.NoValue("number", text);
        return column.Fault(
            RowRule.Range, "a whole number of more than 15 digits, of which a workbook loses the last ones",
            "at most 15 digits. Format the column as text before the numbers are entered");
    }

    private static string Usual(double value) =>
        ExcelNumber.TryFormat(value, out var text) ? text : ExcelNumber.Exact(value);
}
