using System.Text;
using System.Text.Json;
using Greenery.Sources;
using Greenery.Staging.Parsing.Records;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>
/// A column of a Parquet file, or a part of one: a value, an object, a list or a map. Its values are put together from
/// their levels (Melnik et al., Dremel, VLDB 2010): the definition level says how much of the path is there, the
/// repetition level which list goes on.
/// </summary>
/// <param name="name">As the file has it.</param>
/// <param name="definition">The level at which it is there, and not null.</param>
internal abstract class ParquetNode(string name, int definition)
{
    public string Name { get; } = name;

    protected int Definition { get; } = definition;

    /// <summary>The type that holds all its values; null where the schema leaves it to the values.</summary>
    public abstract ColumnType? Declared { get; }

    /// <summary>A column below it: all of them have an entry for each place at which something may be.</summary>
    public abstract ParquetLeaf First { get; }

    /// <summary>Writes what it has in the row, and goes on to the next place.</summary>
    /// <returns>What is wrong with it; null for nothing.</returns>
    public abstract ParquetFault? Write(RecordJson row);

    /// <summary>Leaves out one place, in all columns below it.</summary>
    public abstract void Skip();

    /// <summary>Writes null where there is nothing.</summary>
    protected bool TryWriteNull(RecordJson row)
    {
        if (First.Definition >= Definition)
        {
            return false;
        }
        Skip();
        row.Null();
        return true;
    }
}

/// <summary>A value.</summary>
internal sealed class ParquetValueNode(string name, ParquetLeaf leaf) : ParquetNode(name, leaf.MaxDefinition)
{
    public override ColumnType? Declared => leaf.Declared;

    public override ParquetLeaf First => leaf;

    public override ParquetFault? Write(RecordJson row) => leaf.Write(row);

    public override void Skip() => leaf.Skip();
}

/// <summary>An object.</summary>
internal sealed class ParquetObjectNode(string name, int definition, IReadOnlyList<ParquetNode> parts)
    : ParquetNode(name, definition)
{
    public override ColumnType? Declared => new ColumnType(ColumnKind.Jsonb);

    public override ParquetLeaf First => parts[0].First;

    public override ParquetFault? Write(RecordJson row)
    {
        if (TryWriteNull(row))
        {
            return null;
        }
        ParquetFault? fault = null;
        row.BeginObject();
        foreach (var part in parts)
        {
            row.Name(part.Name);
            var found = part.Write(row);
            fault ??= found;
        }
        row.EndObject();
        return fault;
    }

    public override void Skip()
    {
        foreach (var part in parts)
        {
            part.Skip();
        }
    }
}

/// <summary>A list.</summary>
/// <param name="name">As the file has it.</param>
/// <param name="definition">The level at which the list is there.</param>
/// <param name="repetition">The level that says that it goes on.</param>
/// <param name="element">Of the list.</param>
internal sealed class ParquetListNode(string name, int definition, int repetition, ParquetNode element)
    : ParquetNode(name, definition)
{
    public override ColumnType? Declared => element switch
    {
        ParquetValueNode { Declared: null } => new ColumnType(ColumnKind.Array, ElementKind: ColumnKind.Text),
        ParquetValueNode { Declared: { } type } => new ColumnType(
            ColumnKind.Array, type.Precision, type.Scale, type.Kind),
        _ => new ColumnType(ColumnKind.Jsonb),
    };

    public override ParquetLeaf First => element.First;

    public override ParquetFault? Write(RecordJson row)
    {
        if (TryWriteNull(row))
        {
            return null;
        }
        ParquetFault? fault = null;
        row.BeginArray();
        if (First.Definition == Definition)
        {
            // It has no element.
            Skip();
        }
        else
        {
            do
            {
                var found = element.Write(row);
                fault ??= found;
            }
            while (!First.IsAtEnd && First.Repetition == repetition);
        }
        row.EndArray();
        return fault;
    }

    public override void Skip() => element.Skip();
}

/// <summary>A map, as an object.</summary>
/// <param name="name">As the file has it.</param>
/// <param name="definition">The level at which the map is there.</param>
/// <param name="repetition">The level that says that it goes on.</param>
/// <param name="key">Of each entry.</param>
/// <param name="value">Of each entry.</param>
internal sealed class ParquetMapNode(
    string name, int definition, int repetition, ParquetLeaf key, ParquetNode value) : ParquetNode(name, definition)
{
    public override ColumnType? Declared => new ColumnType(ColumnKind.Jsonb);

    public override ParquetLeaf First => key;

    public override ParquetFault? Write(RecordJson row)
    {
        if (TryWriteNull(row))
        {
            return null;
        }
        ParquetFault? fault = null;
        row.BeginObject();
        if (First.Definition == Definition)
        {
            Skip();
        }
        else
        {
            do
            {
                var (ofKey, ofValue) = (WriteKey(row), value.Write(row));
                fault ??= ofKey ?? ofValue;
            }
            while (!key.IsAtEnd && key.Repetition == repetition);
        }
        row.EndObject();
        return fault;
    }

    public override void Skip()
    {
        key.Skip();
        value.Skip();
    }

    private ParquetFault? WriteKey(RecordJson row)
    {
        row.Keys.Clear();
        var fault = key.Write(row.Keys);
        var json = row.Keys.Written();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        row.Name(reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(json));
        return fault;
    }
}
