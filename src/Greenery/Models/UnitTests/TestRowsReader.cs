using Greenery.Models.Sql;
using Greenery.Sources;

namespace Greenery.Models.UnitTests;

/// <summary>Reads <c>format</c> and <c>rows</c> of what a unit test gives or expects.</summary>
internal static class TestRowsReader
{
    /// <summary>The formats of rows.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["dict", "csv", "sql"];

    public static TestRows Read(PropertyMap map)
    {
        map.Forbid("fixture", "is no key here: rows of a unit test are in the test; write them under 'rows'.");
        var format = map.Text("format") ?? "dict";
        switch (format)
        {
            case "dict":
                return ReadMappings(map);
            case "csv":
                return ReadCsv(map);
            case "sql":
                return new TestRows([], [], ReadSelect(map), map.Place);
            default:
                map.Allow("rows").Refuse($"'format: {format}' is no format of rows; expected "
                    + $"{string.Join(", ", Formats)}.{Suggestion.Sentence(format, Formats)}");
                return new TestRows([], [], null, map.Place);
        }
    }

    private static TestRows ReadMappings(PropertyMap map)
    {
        var rows = map.Maps("rows").Select(row => (row.Place, Values: row.Values().ToDictionary(
            value => value.Key, value => new TestValue(value.Text, value.IsJson, value.Place)))).ToList();
        var columns = rows
            .SelectMany(row => row.Values.Select(value => new SourceReference(value.Key, value.Value.Place)))
            .DistinctBy(column => column.Name).ToList();
        return new TestRows(
            columns,
            [.. rows.Select(row => columns.Select(column =>
                row.Values.GetValueOrDefault(column.Name) ?? new TestValue(null, IsJson: false, row.Place)).ToList())],
            null, map.Place);
    }

    private static TestRows ReadCsv(PropertyMap map)
    {
        var records = TestCsv.Read(map.Text("rows") ?? "").ToList();
        if (records.Count == 0)
        {
            map.Refuse("has 'format: csv' and no header line in 'rows'; expected the names of the columns there.");
            return new TestRows([], [], null, map.Place);
        }
        var (header, names) = (map.PlaceOfLine("rows", records[0].Line), records[0].Fields);
        foreach (var twice in names.GroupBy(name => name).Where(group => group.Key is null || group.Count() > 1))
        {
            map.RefuseAt(header, twice.Key is null
                ? "has a column without a name in the header line; expected one."
                : $"names column '{twice.Key}' {twice.Count()} times; expected once.");
        }
        var rows = new List<IReadOnlyList<TestValue>>();
        foreach (var (line, fields) in records.Skip(1))
        {
            var place = map.PlaceOfLine("rows", line);
            if (fields.Count != names.Count)
            {
                map.RefuseAt(place, $"has {fields.Count} fields; expected {names.Count}, as the header line "
                    + $"({string.Join(',', names)}).");
                continue;
            }
            rows.Add([.. fields.Select(field => new TestValue(field, IsJson: false, place))]);
        }
        var columns = names.OfType<string>().Distinct().Select(name => new SourceReference(name, header)).ToList();
        return new TestRows(columns, rows.TrueForAll(row => row.Count == columns.Count) ? rows : [], null, map.Place);
    }

    private static string? ReadSelect(PropertyMap map)
    {
        var sql = map.RequiredText("rows");
        try
        {
            var tokens = SqlTokenizer.Tokenize(sql);
            if (tokens.Count > 0 && tokens[^1].Is(";"))
            {
                sql = sql[..tokens[^1].Start];
                tokens.RemoveAt(tokens.Count - 1);
            }
            if (tokens.Count > 0 && !(tokens[0].Is("select") || tokens[0].Is("with") || tokens[0].Is("values")))
            {
                map.RefuseAt(map.PlaceOfLine("rows", tokens[0].Line - 1),
                    $"begins with '{tokens[0].Text}'; expected one select.");
            }
            foreach (var token in tokens.Where(token => token.Is(";") || token.Kind == SqlTokenKind.Parameter))
            {
                map.RefuseAt(map.PlaceOfLine("rows", token.Line - 1), token.Is(";")
                    ? "holds more than one statement; expected one select."
                    : $"uses ':{token.Text}'; expected no parameter in rows.");
            }
            foreach (var table in SqlReferences.Find(tokens).Tables)
            {
                map.RefuseAt(map.PlaceOfLine("rows", table.Line - 1), $"reads '{table.Name}'; rows of a unit test read "
                    + "no table: expected literals, such as \"select 1 as order_id\".");
            }
            return sql;
        }
        catch (SqlTokenException exception)
        {
            map.RefuseAt(map.PlaceOfLine("rows", exception.Line - 1), $"{exception.Message}.");
            return null;
        }
    }
}
