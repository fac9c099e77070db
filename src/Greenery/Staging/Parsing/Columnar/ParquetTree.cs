using Greenery.Sources;
using Greenery.Staging.Parsing.Records;
using Parquet.Meta;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>
/// Builds the columns of a file from its schema, which is a list of the elements in depth-first order.
/// </summary>
/// <param name="elements">Of the schema, the root first.</param>
/// <param name="kindOf">The type that the contract has for a column, by its name in the file.</param>
internal sealed class ParquetTree(IReadOnlyList<SchemaElement> elements, Func<string, ColumnType?> kindOf)
{
    private const int Deepest = 32;

    private readonly List<ParquetLeaf> _leaves = [];
    private readonly List<string> _path = [];
    private ColumnKind? _kind;
    private ColumnKind? _elementKind;
    private int _next;

    /// <summary>The columns that hold values, in the order of the file.</summary>
    public IReadOnlyList<ParquetLeaf> Leaves => _leaves;

    /// <exception cref="DamagedFileException">It is no schema.</exception>
    public IReadOnlyList<ParquetNode> Build()
    {
        var root = Next();
        var columns = new List<ParquetNode>();
        for (var i = 0; i < root.NumChildren; i++)
        {
            var type = kindOf(elements[Math.Min(_next, elements.Count - 1)].Name);
            (_kind, _elementKind) = (type?.Kind, type?.ElementKind);
            columns.Add(Read(default));
        }
        return columns;
    }

    private ParquetNode Read(Levels above)
    {
        var element = Next();
        var levels = above.Into(element);
        _path.Add(element.Name);
        if (_path.Count > Deepest)
        {
            throw new DamagedFileException($"Column '{Path}' is nested too deeply");
        }
        var node = IsRepeated(element) ? ReadElements(element, above, levels) : ReadContent(element, levels);
        _path.RemoveAt(_path.Count - 1);
        return node;
    }

    // A repeated element that is in no list is one.
    private ParquetListNode ReadElements(SchemaElement element, Levels above, Levels levels)
    {
        _kind = _elementKind;
        return new ParquetListNode(element.Name, above.Definition, levels.Repetition, ReadContent(element, levels));
    }

    private ParquetNode ReadContent(SchemaElement element, Levels levels)
    {
        if (element.Type is not null)
        {
            return ReadValue(element, levels);
        }
        if (IsList(element) && element.NumChildren == 1 && IsRepeated(Peek()))
        {
            return ReadList(element, levels);
        }
        return IsMap(element) && element.NumChildren == 1 && IsRepeated(Peek()) && Peek().NumChildren == 2
            ? ReadMap(element, levels)
            : ReadObject(element, levels);
    }

    private ParquetValueNode ReadValue(SchemaElement element, Levels levels)
    {
        var leaf = new ParquetLeafFactory(element, [.. _path], (levels.Definition, levels.Repetition), _kind).Create();
        _leaves.Add(leaf);
        return new ParquetValueNode(element.Name, leaf);
    }

    // LogicalTypes.md, "Lists": the element is the only child of the repeated group, unless that is the element itself,
    // as in files of older programs.
    private ParquetListNode ReadList(SchemaElement list, Levels levels)
    {
        var group = Next();
        var isElement = group.NumChildren is null or 0 or > 1 || group.Name == "array"
            || group.Name == $"{list.Name}_tuple";
        var inner = levels.Into(group);
        _kind = _elementKind;
        _path.Add(group.Name);
        var element = isElement ? ReadContent(group, inner) : Read(inner);
        _path.RemoveAt(_path.Count - 1);
        return new ParquetListNode(list.Name, levels.Definition, inner.Repetition, element);
    }

    private ParquetMapNode ReadMap(SchemaElement map, Levels levels)
    {
        var group = Next();
        var inner = levels.Into(group);
        (_kind, _elementKind) = (null, null);
        _path.Add(group.Name);
        var (key, value) = (Read(inner), Read(inner));
        _path.RemoveAt(_path.Count - 1);
        return key is ParquetValueNode
            ? new ParquetMapNode(map.Name, levels.Definition, inner.Repetition, key.First, value)
            : throw new DamagedFileException($"Column '{Path}' is a map with keys that are no values");
    }

    private ParquetObjectNode ReadObject(SchemaElement element, Levels levels)
    {
        // It may be in a column of the contract; what is in it is in none.
        (_kind, _elementKind) = (null, null);
        var parts = new List<ParquetNode>();
        for (var i = 0; i < element.NumChildren; i++)
        {
            parts.Add(Read(levels));
        }
        return parts.Count > 0
            ? new ParquetObjectNode(element.Name, levels.Definition, parts)
            : throw new DamagedFileException($"Column '{Path}' has neither a type nor columns below it");
    }

    private string Path => ParquetLeaf.ShowPath(_path);

    private SchemaElement Next() => _next < elements.Count
        ? elements[_next++]
        : throw new DamagedFileException("The schema ends before its last column");

    private SchemaElement Peek() => _next < elements.Count
        ? elements[_next]
        : throw new DamagedFileException("The schema ends before its last column");

    private static bool IsList(SchemaElement element) =>
        element.LogicalType?.LIST is not null || element.ConvertedType == ConvertedType.LIST;

    private static bool IsMap(SchemaElement element) => element.LogicalType?.MAP is not null
        || element.ConvertedType is ConvertedType.MAP or ConvertedType.MAP_KEY_VALUE;

    private static bool IsRepeated(SchemaElement element) => element.RepetitionType == FieldRepetitionType.REPEATED;

    /// <summary>How many optional or repeated elements are above, and how many repeated ones.</summary>
    private readonly record struct Levels(int Definition, int Repetition)
    {
        public Levels Into(SchemaElement element) => element.RepetitionType switch
        {
            FieldRepetitionType.OPTIONAL => this with { Definition = Definition + 1 },
            FieldRepetitionType.REPEATED => new Levels(Definition + 1, Repetition + 1),
            _ => this,
        };
    }
}
