using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Inference;

/// <summary>
/// Types of a table's columns that go together: its files have one form of numbers and one of dates.
/// </summary>
internal sealed class TypeGuess
{
    private static readonly ColumnType Text = new(ColumnKind.Text);

    private readonly TableGuess _table;
    private readonly DateLayout? _dates;
    private readonly ValueFormat _numbers;

    private TypeGuess(TableGuess table)
    {
        _table = table;
        // Of a column without another reading of its dates, that reading is the table's.
        _dates = Decide(IsDate)?.Format.Dates;
        _numbers = DecideNumbers();
    }

    /// <summary>What <c>config: csv</c> has to say.</summary>
    public IReadOnlyList<string> Csv { get; private set; } = [];

    /// <summary>What is not sure of the table as a whole.</summary>
    public IReadOnlyList<string> Doubts { get; private set; } = [];

    public static TypeGuess Of(TableGuess table)
    {
        var guess = new TypeGuess(table);
        guess.Describe();
        return guess;
    }

    /// <summary>The column's type.</summary>
    public ColumnType Of(ColumnGuess column) => column.Declared is { } declared ? declared
        : column.Values == 0 ? Text
        : column.Possible.FirstOrDefault(Fits)?.Type ?? Text;

    /// <summary>What is not sure of a column.</summary>
    public IEnumerable<string> DoubtsOf(ColumnGuess column)
    {
        var type = Of(column);
        if (column.Declared is not null)
        {
            yield break;
        }
        if (column.Values == 0)
        {
            yield return "no row has a value, so that any type would do";
        }
        if (type.Kind == ColumnKind.Text && column.NullWords.Count > 0)
        {
            yield return $"whether {string.Join(", ", column.NullWords)} stand for no value; if so, say config: "
                + "{nulls: [...]}";
        }
        if (type.Kind == ColumnKind.Text && column.Values > 0 && column.Possible.Any(candidate => !Fits(candidate)))
        {
            yield return "its numbers or dates are written otherwise than those of other columns";
        }
        if (type.Kind == ColumnKind.Text && column.Nearest is { } nearest && column.Possible.All(IsText))
        {
            yield return FormattableString.Invariant(
                $"{nearest.Misfits} of {column.Values} values are no {nearest.Type}; if that is its type, say so: ")
                + "these rows are quarantined then";
        }
        if (type.Kind == ColumnKind.TimestampTz && !column.HasZone)
        {
            yield return "no value has a time zone: they are read as UTC; timestamp is for times without one";
        }
        if (type.Kind == ColumnKind.Boolean)
        {
            yield return "whether it has two values only";
        }
    }

    private bool Fits(ValueCandidate candidate) =>
        (!IsDate(candidate) || candidate.Format.Dates?.Text == _dates?.Text)
        && (!IsNumber(candidate) || candidate.Format == _numbers);

    private static bool IsText(ValueCandidate candidate) => candidate.Type.Kind == ColumnKind.Text;

    private static bool IsDate(ValueCandidate candidate) =>
        candidate.Type.Kind is ColumnKind.Date or ColumnKind.TimestampTz;

    // Whole numbers without groups are written alike everywhere.
    private static bool IsNumber(ValueCandidate candidate) =>
        candidate.Type.Kind == ColumnKind.Numeric || candidate.Format.Thousands.Length > 0;

    // The form that most columns can have. Where several can be, a file with semicolons is of a country with a decimal
    // comma, another one is not.
    private ValueFormat DecideNumbers()
    {
        var hasComma = _table.Files.Any(file => file.Csv.Delimiter == ';');
        return !Numbers.Any() ? ValueFormat.Default : NumberForms.All
            .OrderByDescending(format => Numbers.Count(column => column.Possible.Any(IsOf(format))))
            .ThenBy(format => format.Decimal == (hasComma ? ',' : '.') ? 0 : 1)
            .First();
    }

    private IEnumerable<ColumnGuess> Numbers => _table.Columns.Where(column => column.Declared is null
        && column.Values > 0 && column.Possible.FirstOrDefault() is { } first && IsNumber(first));

    private static Func<ValueCandidate, bool> IsOf(ValueFormat format) =>
        candidate => IsNumber(candidate) && candidate.Format == format;

    // The column with the fewest readings decides.
    private ValueCandidate? Decide(Func<ValueCandidate, bool> isOne) => _table.Columns
        .Where(column => column.Values > 0 && column.Possible.FirstOrDefault() is { } first && isOne(first))
        .Select(column => column.Possible.Where(isOne).ToList())
        .MinBy(readings => readings.Count)?[0];

    private void Describe()
    {
        var files = _table.Files.Where(file => file.Format == DropFormat.Csv).ToList();
        if (files.Count == 0)
        {
            return;
        }
        var csv = new List<string>();
        var doubts = new List<string>();
        var options = files[0].Csv;
        if (options.Delimiter is { } delimiter)
        {
            csv.Add(delimiter == '\t' ? "delimiter: tab" : $"delimiter: \"{delimiter}\"");
        }
        var hasNumbers = _table.Columns.Any(column => Of(column).Kind == ColumnKind.Numeric);
        if (_numbers.Decimal == ',' || (hasNumbers && options.Delimiter == ';'))
        {
            csv.Add($"decimal: \"{(char)_numbers.Decimal}\"");
        }
        if (_numbers.Thousands is [var thousands])
        {
            csv.Add(thousands == ' ' ? "thousands: space" : $"thousands: \"{(char)thousands}\"");
        }
        doubts.AddRange(OtherNumbers());
        if (options.Encoding != FileEncodings.Utf8)
        {
            csv.Add($"encoding: {options.Encoding}");
        }
        if (!options.HasHeader)
        {
            csv.Add("header: false");
        }
        if (_dates is not null)
        {
            csv.Add($"date_format: {_dates}");
            doubts.AddRange(OtherDates());
        }
        if (files.Any(file => file.Csv != options))
        {
            doubts.Add($"its files differ in delimiter, encoding or header; these are those of {files[0].Path}");
        }
        (Csv, Doubts) = (csv, doubts);
    }

    private IEnumerable<string> OtherNumbers()
    {
        var numbers = Numbers.Where(column => column.Possible.Any(IsOf(_numbers))).ToList();
        var isSure = numbers.Count == 0 || NumberForms.All.All(format => format.Decimal == _numbers.Decimal
            || numbers.Exists(column => !column.Possible.Any(IsOf(format))));
        if (!isSure)
        {
            // Each has one mark and three digits after it: 1.234.
            var (mark, other) = _numbers.Thousands is [var thousands]
                ? ((char)thousands, "decimals")
                : ((char)_numbers.Decimal, "thousands");
            yield return $"whether '{mark}' in numbers separates {other}: no value tells; it is taken for "
                + (other == "decimals" ? "thousands" : "decimals");
        }
    }

    private IEnumerable<string> OtherDates()
    {
        var others = _table.Columns.Where(column => IsDateColumn(Of(column)))
            .Select(column => column.Possible.Where(IsDate).Select(candidate => $"{candidate.Format.Dates}"))
            .Aggregate((a, b) => a.Intersect(b))
            .Where(form => form.Length > 0 && form[0] != _dates!.Text[0])
            .ToList();
        if (others.Count > 0)
        {
            yield return $"whether dates are {_dates} or {others[0]}: no value tells";
        }
    }

    private static bool IsDateColumn(ColumnType type) => type.Kind is ColumnKind.Date or ColumnKind.TimestampTz;
}
