using Greenery.Sources;

namespace Greenery.Staging.Types;

/// <summary>
/// One type of the contract: reads a value's UTF-8 text and writes it as PostgreSQL's binary form, without a string
/// in between. What it accepts PostgreSQL accepts: nothing in a file may make a COPY fail.
/// </summary>
internal abstract class FieldType
{
    /// <summary>What a value must be, for messages: "found 'x', expected ...".</summary>
    public abstract string Expected { get; }

    /// <summary>Whether <c>""</c> is a value and not null.</summary>
    public virtual bool HasEmptyValue => false;

    /// <summary>Whether values differ in size; such a value of a key must fit into an index entry.</summary>
    public virtual bool IsVariable => false;

    /// <summary>Writes length and value; on any other answer than None what was written is to be taken back.</summary>
    public abstract RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page);

    /// <summary>Values written with less precision than they have in the file.</summary>
    public virtual long Rounded => 0;

    public static FieldType Of(ColumnType type, ValueFormat? format = null)
    {
        format ??= ValueFormat.Default;
        var field = Create(type, format);
        if (type.Kind is not (ColumnKind.Integer or ColumnKind.BigInt or ColumnKind.Numeric or ColumnKind.Double))
        {
            return field;
        }
        field = format.IsDecimalUnsure ? new UnsureNumberField(field) : field;
        return format.Thousands.Length > 0 ? new GroupedNumberField(field, format) : field;
    }

    private static FieldType Create(ColumnType type, ValueFormat format) => type.Kind switch
    {
        ColumnKind.Uuid => new UuidField(),
        ColumnKind.Text => type.Precision == 0 ? new TextField() : new VarcharField(type.Precision),
        ColumnKind.Integer => new IntegerField(format),
        ColumnKind.BigInt => new BigIntField(format),
        ColumnKind.Numeric => new NumericField(type, format),
        ColumnKind.Boolean => new BooleanField(),
        ColumnKind.Date => new DateField(format),
        ColumnKind.Double => new DoubleField(format),
        ColumnKind.Time => new TimeField(),
        ColumnKind.Timestamp => new TimestampField(format, hasZone: false),
        ColumnKind.TimestampTz => new TimestampField(format, hasZone: true),
        ColumnKind.Array => new ArrayField(type.Element, format),
        ColumnKind.Jsonb => new JsonbField(),
        _ => throw new InvalidOperationException($"No reader for {type}."),
    };
}
