using System.Text.Json.Nodes;
using Greenery.Schemas;
using Greenery.Tests.Docs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Schemas;

/// <summary>
/// The schemas know what the readers know: all of it, and nothing else where readers refuse the rest.
/// </summary>
public sealed class ProjectSchemasTests
{
    private static readonly Dictionary<string, JsonObject> Schemas = ProjectSchemas.WriteAll()
        .ToDictionary(schema => schema.Key, schema => JsonNode.Parse(schema.Value)!.AsObject());

    public static TheoryData<string> PlaceNames => PropertyFilesPageTests.PlaceNames;

    public static TheoryData<string> Files => [.. Directory
        .GetFiles(Repository.SqlFolder, "*.yml", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Repository.SqlFolder, file))];

    [Theory]
    [MemberData(nameof(PlaceNames))]
    public void Each_key_that_readers_know_is_in_it_and_no_other(string place)
    {
        var (file, yaml) = PropertyFilesPageTests.PlaceOf(place);
        AssertKnows(file, yaml);
    }

    [Fact]
    public void Each_kind_of_check_has_the_arguments_of_its_reader() => Assert.All(
        PropertyFilesPageTests.KindsOfCheck(), kind => AssertKnows(kind.File, kind.Yaml));

    [Theory]
    [MemberData(nameof(Files))]
    public void The_shops_files_are_valid_and_a_slip_in_them_is_not(string file)
    {
        var text = File.ReadAllText(Path.Combine(Repository.SqlFolder, file));
        var schema = Schemas[NameOf(file)];

        Assert.Empty(SchemaValidator.Validate(schema, SchemaValidator.Parse(text)));
        Assert.NotEmpty(SchemaValidator.Validate(schema, SchemaValidator.Parse($"{text}\nzzz: 1\n")));
    }

    [Theory]
    [InlineData("models: [{name: a, columns: [{name: b, data_tests: [{accepted_range: {min_valu: 0}}]}]}]", false)]
    [InlineData("models: [{name: a, columns: [{name: b, data_tests: [{accepted_range: {min_value: 0}}]}]}]", true)]
    [InlineData("models: [{name: a, columns: [{name: b, data_tests: [uniqe]}]}]", false)]
    [InlineData("models: [{name: a, columns: [{name: b, tests: [dbt_utils.not_null_where: {where: x}]}]}]", true)]
    [InlineData("models: [{name: a, data_tests: [missing_drop]}]", false)]
    [InlineData("models: [{name: a, config: {may_be_empty: perhaps}}]", false)]
    [InlineData("models: {name: a}", false)]
    [InlineData("unit_tests: [{name: a, model: b, given: [{input: c, format: csv, rows: 'x,y'}]}]", true)]
    [InlineData("unit_tests: [{name: a, model: b, given: [{input: c, rows: [{x: 1}]}]}]", true)]
    public void What_an_editor_marks_is_what_readers_refuse(string yaml, bool isValid) =>
        Assert.Equal(isValid, SchemaValidator.Validate(Schemas["models"], SchemaValidator.Parse(yaml)).Count == 0);

    [Fact]
    public void Each_setting_is_in_it_and_no_other()
    {
        Assert.All(SettingsPageTests.Known("Greenery"), setting =>
        {
            // Some are names of the user's choice, below which the values are.
            var named = setting.Replace("<name>", "data", StringComparison.Ordinal);
            Assert.True(Faults(named).Count == 0 || Faults($"{named}:ana").Count == 0, named);
            // A name of the user's choice has no end.
            if (SettingsPageTests.Expected($"{setting[..setting.LastIndexOf(':')]}:zzz").Length > 0)
            {
                Assert.NotEmpty(Faults($"{setting}zzz"));
            }
        });
        Assert.NotEmpty(Faults("Greenery:Alerts:Teams:data:Urll"));
        Assert.Empty(Faults("Greenery:Alerts:Owners:ana"));
        Assert.Empty(Faults("Logging:LogLevel"));
    }

    // A key without a value fits every form.
    private static void AssertKnows(string file, string yaml)
    {
        var schema = Schemas[NameOf(file)];
        Assert.NotEmpty(SchemaValidator.Validate(schema, SchemaValidator.Parse(yaml)));
        Assert.All(PropertyFilesPageTests.Expected(file, yaml), key =>
        {
            var value = SchemaValidator.Parse(yaml);
            var map = MapWith(value, "zzz")!;
            map.Remove("zzz");
            map[key] = null;
            Assert.Empty(SchemaValidator.Validate(schema, value));
        });
    }

    private static JsonObject? MapWith(JsonNode? node, string key) => node switch
    {
        JsonObject map when map.ContainsKey(key) => map,
        JsonObject map => map.Select(pair => MapWith(pair.Value, key)).FirstOrDefault(found => found is not null),
        JsonArray list => list.Select(item => MapWith(item, key)).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static IReadOnlyList<string> Faults(string setting)
    {
        JsonNode value = "x";
        foreach (var name in setting.Split(':').Reverse())
        {
            value = new JsonObject { [name] = value };
        }
        return SchemaValidator.Validate(Schemas["settings"], value);
    }

    private static string NameOf(string file) => file switch
    {
        "sources.yml" => "sources",
        "project.yml" => "project",
        "exposures.yml" => "exposures",
        "metrics/metrics.yml" => "metrics",
        _ => "models",
    };
}
