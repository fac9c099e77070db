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

    public static FieldType Of(ColumnType type) => type.Kind switch
    {
        ColumnKind.Uuid => new UuidField(),
        ColumnKind.Text => new TextField(),
        ColumnKind.Integer => new IntegerField(),
        ColumnKind.BigInt => new BigIntField(),
        ColumnKind.Numeric => new NumericField(type),
        ColumnKind.Boolean => new BooleanField(),
        ColumnKind.Date => new DateField(),
        ColumnKind.TimestampTz => new TimestampField(),
        ColumnKind.Jsonb => new JsonbField(),
        _ => throw new InvalidOperationException($"No reader for {type}."),
    };
}
