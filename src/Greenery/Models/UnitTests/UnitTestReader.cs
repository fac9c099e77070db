using System.Globalization;
using Greenery.Sources;

namespace Greenery.Models.UnitTests;

/// <summary>Reads <c>unit_tests</c> of property files, as far as no database is needed.</summary>
internal static class UnitTestReader
{
    private static readonly string[] Variables = ["since", "time_zone"];

    /// <summary>
    /// The tests of all files, by model and then as written; those that are not enabled are left out.
    /// </summary>
    /// <param name="maps">The items of <c>unit_tests</c>.</param>
    /// <param name="catalogue">The models.</param>
    public static IReadOnlyList<UnitTest> Read(IEnumerable<PropertyMap> maps, ModelCatalogue catalogue)
    {
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        var tests = new List<UnitTest>();
        foreach (var map in maps)
        {
            if (ReadOne(map, catalogue) is not { } test)
            {
                continue;
            }
            if (!places.TryAdd($"{test}", test.Place))
            {
                map.Refuse($"{test.Model} has a unit test '{test.Name}' already, at {places[$"{test}"]}; expected "
                    + "another name.");
            }
            tests.Add(test);
        }
        var order = catalogue.Models.Index().ToDictionary(each => each.Item.Name, each => each.Index);
        return [.. tests.OrderBy(test => order[test.Model.Name])];
    }

    private static UnitTest? ReadOne(PropertyMap map, ModelCatalogue catalogue)
    {
        var (name, modelName) = (map.RequiredText("name"), map.RequiredText("model"));
        var model = catalogue.Find(modelName);
        var given = map.Maps("given").Select(item => ReadInput(item, model, catalogue)).ToList();
        var expect = map.Map("expect");
        var config = map.Map("config");
        var isEnabled = config?.Flag("enabled", otherwise: true) ?? true;
        var test = new UnitTest
        {
            Name = name,
            Model = model ?? new Model { Name = modelName, Mart = "", File = "", Sql = "" },
            Description = map.Text("description") ?? "",
            Given = given,
            Expected = expect is null ? new TestRows([], [], null, map.Place) : TestRowsReader.Read(expect),
            Tags = config?.Texts("tags") ?? [],
            Place = map.Place,
        };
        test = ReadOverrides(map, test);
        if (expect is null)
        {
            map.Refuse("has no 'expect'; expected the rows that the model returns ('expect: {rows: [...]}').");
        }
        expect?.Finish();
        config?.Allow("meta").Finish();
        map.Forbid("versions", "is no key here: a model has one version, its file.").Finish();
        foreach (var twice in given.GroupBy(input => input.Name)
            .Where(group => group.Key.Length > 0 && group.Count() > 1))
        {
            map.RefuseAt(twice.Last().Place, $"gives rows of '{twice.Key}' again; expected each input once.");
        }
        if (model is null && modelName.Length > 0)
        {
            var known = catalogue.Models.Select(each => each.Name);
            map.Refuse($"tests '{modelName}', which is no model.{Suggestion.Sentence(modelName, known)}");
        }
        return model is null || !isEnabled ? null : test;
    }

    private static TestInput ReadInput(PropertyMap map, Model? model, ModelCatalogue catalogue)
    {
        var text = map.RequiredText("input");
        var name = catalogue.BareName(text);
        var rows = TestRowsReader.Read(map);
        map.Finish();
        if (text == "this")
        {
            map.Refuse("gives rows of 'this', the model as it was; a select reads no earlier version of its model "
                + "here. Set ':since' by 'overrides: {vars: {since: 5}}', and '_load_seq' of the rows given.");
        }
        else if (model is { Tokens.Count: > 0 } && text.Length > 0
            && ModelInputs.ReadNames(model) is var read && !read.Contains(name))
        {
            map.Refuse($"gives rows of {text}, which {model.File} does not read; it reads "
                + $"{(read.Count == 0 ? "nothing" : string.Join(", ", read))}.{Suggestion.Sentence(name, read)}");
        }
        return new TestInput(name, rows, map.Place);
    }

    private static UnitTest ReadOverrides(PropertyMap map, UnitTest test)
    {
        if (map.Map("overrides") is not { } overrides)
        {
            return test;
        }
        var macros = overrides.Map("macros");
        foreach (var macro in (macros?.Keys ?? []).Where(macro => macro != "is_incremental"))
        {
            macros!.Refuse($"overrides the macro '{macro}'; models are plain SQL and have none. Give rows instead.");
        }
        if (macros?.Flag("is_incremental") == true)
        {
            macros.Refuse("has 'is_incremental: true'; a model that is incremental reads rows after ':since'. Expected "
                + "'overrides: {vars: {since: 5}}', and '_load_seq' of the rows given.");
        }
        overrides.Forbid("env_vars", "is no key here: models read no environment.");
        var vars = overrides.Map("vars");
        foreach (var unknown in (vars?.Keys ?? []).Except(Variables))
        {
            vars!.Refuse($"overrides '{unknown}', which is no parameter of models; expected "
                + $"{string.Join(" or ", Variables)}.{Suggestion.Sentence(unknown, Variables)}");
        }
        overrides.Finish();
        return test with { Since = ReadSince(vars), TimeZone = ReadTimeZone(vars) };
    }

    private static long ReadSince(PropertyMap? vars)
    {
        if (vars?.Text("since") is not { } text)
        {
            return 0;
        }
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var since))
        {
            return since;
        }
        vars.Refuse($"'since: {text}' is no load sequence; expected a whole number from 0 on.");
        return 0;
    }

    private static string? ReadTimeZone(PropertyMap? vars)
    {
        if (vars?.Text("time_zone") is not { } text)
        {
            return null;
        }
        if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone))
        {
            return BusinessZone.NameOf(zone);
        }
        vars.Refuse($"'time_zone: {text}' is no time zone; expected an IANA name such as Europe/Berlin.");
        return null;
    }
}
