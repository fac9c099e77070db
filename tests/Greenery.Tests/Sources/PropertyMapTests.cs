using Greenery.Sources;
using Greenery.Tests.Support;

namespace Greenery.Tests.Sources;

public sealed class PropertyMapTests
{
    [Theory]
    [InlineData("", "x.yml: holds no YAML mapping; expected one document that begins with 'version: 2'.")]
    [InlineData("# nothing\n", "x.yml: holds no YAML mapping; expected one document that begins with 'version: 2'.")]
    [InlineData("- a\n- b\n", "x.yml: holds no YAML mapping; expected one document that begins with 'version: 2'.")]
    [InlineData(
        "a: 1\n---\nb: 2\n",
        "x.yml: holds no YAML mapping; expected one document that begins with 'version: 2'.")]
    public void A_file_without_one_mapping_is_refused(string yaml, string fault) => Assert.Equal(fault, Refusal(yaml));

    [Theory]
    [InlineData("version: 2\nmodels:\n\t- name: a\n", 3)]
    [InlineData("version: 2\nmodels: [a\n", 3)]
    [InlineData("version: 2\nmodels: []\nmodels: []\n", 3)]
    [InlineData("version: 2\na:\n  b: 1\n c: 2\n", 4)]
    public void A_file_that_is_no_YAML_is_refused_with_the_line(string yaml, int line)
    {
        var refusal = Refusal(yaml);

        Assert.StartsWith($"x.yml:{line}: is no valid YAML: ", refusal, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version: 2\n? &k [*k]\n: 1\n", 2, "has a list where a key is expected; write a name.")]
    [InlineData("version: 2\n{a: 1}: 2\n", 2, "has a mapping where a key is expected; write a name.")]
    [InlineData("version: &v 2\n*v : 2\n", 2, "has an alias where a key is expected; write a name.")]
    [InlineData("version: 2\na: &k\n  - [*k]\n", 3,
        "has the alias *k inside of what it stands for, which has no end; write out what is meant.")]
    [InlineData("version: 2\na: &k {b: *k}\n", 2,
        "has the alias *k inside of what it stands for, which has no end; write out what is meant.")]
    public void A_file_that_would_have_no_end_is_refused_with_the_line(string yaml, int line, string fault) =>
        Assert.Equal($"x.yml:{line}: {fault}", Refusal(yaml));

    [Theory]
    [InlineData("{a: ", "}", 1)]
    [InlineData("[", "]", 1)]
    [InlineData("- ", "", 1)]
    [InlineData("? ", "", 1)]
    public void Nesting_without_end_is_refused_and_exhausts_nothing(string open, string close, int line)
    {
        var refusal = Refusal(string.Concat(Enumerable.Repeat(open, 20_000)) + "x"
            + string.Concat(Enumerable.Repeat(close, 20_000)));

        Assert.StartsWith($"x.yml:{line}: has ", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Block_mappings_without_end_are_refused_on_the_line_where_they_are_too_deep()
    {
        var lines = Enumerable.Range(0, 20_000).Select(depth => new string(' ', depth) + "a:");

        Assert.Equal(
            "x.yml:65: has lists and mappings inside of each other, more than 64 deep; expected a few levels. Is a "
            + "bracket missing?",
            Refusal(string.Join('\n', lines.Take(200)) + "\n" + new string(' ', 20_000) + "b: 1\n"));
    }

    [Fact]
    public void An_anchor_that_is_used_after_its_end_and_64_levels_are_read()
    {
        Assert.Equal(
            ["x", "y"],
            Read("columns: &k [x, y]\nother: {again: *k}\n").Map.Map("other")!.Texts("again"));
        Read(string.Concat(Enumerable.Repeat("{a: ", 64)) + "x" + new string('}', 64));
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_fault()
    {
        var diagnostics = new List<Diagnostic>();

        Assert.Null(PropertyMap.Read("/no/such/file.yml", "x.yml", diagnostics));
        Assert.StartsWith("x.yml: cannot be read: ", Assert.Single(diagnostics).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_are_read_by_their_kind()
    {
        var (map, diagnostics) = Read(
            """
            text: a word
            number: -2.50
            yes: true
            no: false
            list: [a, 2, true]
            one: alone
            map: {below: x}
            maps: [{x: 1}, {x: 2}]
            named: [unique, {range: {min: 0}}]
            empty:
            tilde: ~
            quoted: "null"
            """);

        Assert.Equal("a word", map.Text("text"));
        Assert.Equal(-2.5m, map.Number("number"));
        Assert.True(map.Flag("yes"));
        Assert.False(map.Flag("no", otherwise: true));
        Assert.True(map.Flag("absent", otherwise: true));
        Assert.Equal(["a", "2", "true"], map.Texts("list"));
        Assert.Equal(["alone"], map.Texts("one"));
        Assert.Equal("x", map.Map("map")!.Text("below"));
        Assert.Equal(["1", "2"], map.Maps("maps").Select(below => below.Text("x")));
        Assert.Equal(["unique x.yml:9", "range x.yml:9"], map.NamedMaps("named")
            .Select(named => $"{named.Name} {named.Map.Place}"));
        Assert.Null(map.Text("empty"));
        Assert.Null(map.Text("tilde"));
        Assert.Equal("null", map.Text("quoted"));
        Assert.Null(map.Text("absent"));
        Assert.Empty(map.Texts("absent"));
        map.Finish();
        Assert.Empty(diagnostics);
    }

    [Theory]
    [InlineData("text", "'key' holds a list; expected a text.", "[a]")]
    [InlineData("text", "'key' holds a mapping; expected a text.", "{a: b}")]
    [InlineData("flag", "'key' holds 'yes'; expected true or false.", "yes")]
    [InlineData("number", "'key' holds 'ten'; expected a number.", "ten")]
    [InlineData("number", "'key' holds '1,5'; expected a number.", "1,5")]
    [InlineData("texts", "'key' holds a list; expected a text or a list of texts.", "[[a]]")]
    [InlineData("map", "'key' holds 'x'; expected a mapping.", "x")]
    [InlineData("maps", "'key' holds a mapping; expected a list.", "{a: b}")]
    [InlineData("maps", "'key' holds 'x'; expected a list of mappings.", "[x]")]
    [InlineData(
        "named",
        "'key' holds a mapping; expected a list of names, each alone or with a mapping ('- unique' or '- "
        + "unique: {...}').",
        "[{unique: x}]")]
    public void A_value_of_another_kind_is_a_fault_with_its_line(string kind, string message, string yaml)
    {
        var (map, diagnostics) = Read($"version: 2\nkey: {yaml}\n");

        _ = kind switch
        {
            "text" => map.Text("key"),
            "flag" => map.Flag("key"),
            "number" => map.Number("key"),
            "texts" => map.Texts("key"),
            "map" => map.Map("key"),
            "maps" => map.Maps("key").ToList(),
            _ => (object?)map.NamedMaps("key").ToList(),
        };

        Assert.Equal([$"x.yml:2: {message}"], diagnostics.Select(diagnostic => $"{diagnostic}"));
    }

    [Fact]
    public void A_key_that_no_reader_asks_for_is_a_fault()
    {
        var (map, diagnostics) = Read("version: 2\nmodles: []\n");

        Assert.Empty(map.Allow("version").Maps("models"));
        map.Finish();

        Assert.Equal(
            ["x.yml:2: unknown key 'modles'; expected models, version. Did you mean 'models'?"],
            diagnostics.Select(diagnostic => $"{diagnostic}"));
    }

    [Fact]
    public void A_text_that_must_be_there_is_missed_also_when_it_is_blank()
    {
        var (map, diagnostics) = Read("a: ' '\n");

        map.RequiredText("a");
        map.RequiredText("b");

        Assert.Equal(["x.yml:1: has no 'a'; expected one.", "x.yml:1: has no 'b'; expected one."],
            diagnostics.Select(diagnostic => $"{diagnostic}"));
    }

    private static string Refusal(string yaml)
    {
        using var folder = new TestDataFolder();
        var path = Path.Combine(folder.Path, "x.yml");
        File.WriteAllText(path, yaml);
        var diagnostics = new List<Diagnostic>();
        Assert.Null(PropertyMap.Read(path, "x.yml", diagnostics));
        return Assert.Single(diagnostics).ToString();
    }

    private static (PropertyMap Map, List<Diagnostic> Faults) Read(string yaml)
    {
        using var folder = new TestDataFolder();
        var path = Path.Combine(folder.Path, "x.yml");
        File.WriteAllText(path, yaml);
        var diagnostics = new List<Diagnostic>();
        return (PropertyMap.Read(path, "x.yml", diagnostics)!, diagnostics);
    }
}
