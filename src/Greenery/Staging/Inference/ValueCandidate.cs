using Greenery.Sources;
using Greenery.Staging.Types;

namespace Greenery.Staging.Inference;

/// <summary>A type that the values of a column may have, and how they would be written.</summary>
internal sealed class ValueCandidate(ColumnType type, ValueFormat format)
{
    private static readonly string[] DateForms =
        ["dd.MM.yyyy", "d.M.yyyy", "dd/MM/yyyy", "d/M/yyyy", "MM/dd/yyyy", "M/d/yyyy", "yyyy/MM/dd", "dd-MM-yyyy"];

    private readonly FieldType _field = FieldType.Of(type, format);

    public ColumnType Type { get; } = type;

    public ValueFormat Format { get; } = format;

    // More are no slips.
    private const int MostMisfits = 3;

    /// <summary>Whether all values so far are of the type.</summary>
    public bool IsPossible => Misfits == 0;

    /// <summary>How many values are not of the type; no more are counted than slips can be.</summary>
    public int Misfits { get; private set; }

    /// <summary>Whether all values but a few are of the type.</summary>
    public bool IsNearly => Misfits is > 0 and <= MostMisfits;

    /// <summary>All that are tried, the narrowest first.</summary>
    public static IReadOnlyList<ValueCandidate> All()
    {
        var plain = ValueFormat.Default;
        ValueFormat[] dates = [plain, .. DateForms.Select(form => plain with { Dates = DateLayout.TryParse(form) })];
        return
        [
            Of(ColumnKind.Uuid), Of(ColumnKind.Integer), Of(ColumnKind.BigInt), Of(ColumnKind.Numeric),
            new ValueCandidate(new ColumnType(ColumnKind.Numeric), NumberForms.Comma),
            .. NumberForms.Grouped.SelectMany(Numbers), Of(ColumnKind.Boolean),
            .. dates.Select(format => new ValueCandidate(new ColumnType(ColumnKind.Date), format)),
            Of(ColumnKind.Time),
            .. dates.Select(format => new ValueCandidate(new ColumnType(ColumnKind.TimestampTz), format)),
            ArrayOf(ColumnKind.Integer), ArrayOf(ColumnKind.Numeric), ArrayOf(ColumnKind.Text),
            Of(ColumnKind.Jsonb), Of(ColumnKind.Text),
        ];
    }

    /// <summary>Counts a value that is not of the type, which rules it out.</summary>
    /// <param name="text">The value.</param>
    /// <param name="isJson">Whether it comes from a JSON file, which has one form of numbers and dates.</param>
    /// <param name="scratch">Takes what is written.</param>
    public void Try(ReadOnlySpan<byte> text, bool isJson, CopyBuffer scratch)
    {
        if (Misfits > MostMisfits)
        {
            return;
        }
        var fits = (!isJson || Format == ValueFormat.Default) && LooksRight(text)
            && _field.Write(text, scratch) == RowRule.None;
        Misfits += fits ? 0 : 1;
        scratch.Reset(0);
    }

    // What the loader takes is more than what such values usually are: 00123 is a number and most often a code.
    private bool LooksRight(ReadOnlySpan<byte> text) => Type.Kind switch
    {
        ColumnKind.Uuid => text.Contains((byte)'-'),
        ColumnKind.Integer or ColumnKind.BigInt or ColumnKind.Numeric when Format.Thousands.Length > 0 =>
            !IsCode(text) && NumberForms.AreGroups(text, Format, isWhole: Type.Kind != ColumnKind.Numeric),
        ColumnKind.Integer or ColumnKind.BigInt => !IsCode(text) && !text.ContainsAny("., eE"u8),
        ColumnKind.Numeric => !IsCode(text) && !text.Contains((byte)' '),
        ColumnKind.Jsonb => text[0] is (byte)'{' or (byte)'[',
        ColumnKind.Array => text[0] == '[',
        _ => true,
    };

    private static bool IsCode(ReadOnlySpan<byte> text)
    {
        var digits = text.TrimStart((byte)'-');
        return text[0] == '+' || (digits.Length > 1 && digits[0] == '0' && digits[1] is >= (byte)'0' and <= (byte)'9');
    }

    private static ValueCandidate Of(ColumnKind kind) => new(new ColumnType(kind), ValueFormat.Default);

    private static IEnumerable<ValueCandidate> Numbers(ValueFormat format) =>
        new[] { ColumnKind.Integer, ColumnKind.BigInt, ColumnKind.Numeric }
            .Select(kind => new ValueCandidate(new ColumnType(kind), format));

    private static ValueCandidate ArrayOf(ColumnKind kind) =>
        new(new ColumnType(ColumnKind.Array, ElementKind: kind), ValueFormat.Default);
}
