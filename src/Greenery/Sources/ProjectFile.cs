using System.Text.RegularExpressions;

namespace Greenery.Sources;

/// <summary>
/// What <c>sql/project.yml</c> says of the project as a whole. The file may be absent, and so may each of its keys.
/// What a setting says as well (<see cref="Settings"/>), the setting decides.
/// </summary>
public sealed partial record ProjectFile
{
    /// <summary>How messages call the file.</summary>
    public const string FileName = "project.yml";

    /// <summary>The role that may read the marts, unless the file names another.</summary>
    public const string UsualReaderRole = "greenery_reader";

    /// <summary>The form of a name.</summary>
    public const string NameForm = "1 to 63 letters, digits, '-', '_' and '.', a letter or digit first, such as shop";

    private const string UsualTitle = "Greenery";
    private const string UsualCurrency = "USD";

    /// <summary>Folders and schemas that are something else.</summary>
    private static readonly string[] TakenNames =
        ["staging", "warehouse", "ops", "metrics", "checks", "public", "information_schema"];

    /// <summary>Tells the project's database from those of others; null where the project has no name.</summary>
    public string? Name { get; init; }

    /// <summary>What people see the project called.</summary>
    public string Title { get; init; } = UsualTitle;

    /// <summary>Who is notified of the run itself; null where the file does not say.</summary>
    public string? Owner { get; init; }

    /// <summary>The business's time zone; null where the file does not say.</summary>
    public TimeZoneInfo? TimeZone { get; init; }

    /// <summary>The code of the currency (ISO 4217) that the unit <c>money</c> stands for.</summary>
    public string Currency { get; init; } = UsualCurrency;

    /// <summary>The marts in the order they are built; empty where the file does not say.</summary>
    public IReadOnlyList<string> Marts { get; init; } = [];

    /// <summary>The role that may read the marts.</summary>
    public string ReaderRole { get; init; } = UsualReaderRole;

    /// <summary>The file's values of settings, by the setting's name.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings =>
        new[]
        {
            KeyValuePair.Create("Greenery:Project", Name),
            KeyValuePair.Create("Greenery:TimeZone", TimeZone?.Id),
            KeyValuePair.Create("Greenery:Alerts:Owner", Owner),
        }
        .Where(setting => setting.Value is not null);

    /// <summary>Reads the file. What is wrong has its default.</summary>
    /// <param name="sqlFolder">Where it is.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    public static ProjectFile Read(string sqlFolder, ICollection<Diagnostic> diagnostics)
    {
        var path = Path.Combine(sqlFolder, FileName);
        if (!File.Exists(path) || PropertyMap.Read(path, $"sql/{FileName}", diagnostics) is not { } map)
        {
            return new ProjectFile();
        }
        map.Allow("version");
        var file = new ProjectFile
        {
            Name = Checked(map, "name", name => ProjectName().IsMatch(name), $"a project's name; expected {NameForm}"),
            Title = map.Text("title") is { Length: > 0 } title ? title : UsualTitle,
            Owner = map.Text("owner"),
            TimeZone = ReadZone(map),
            Currency = Checked(map, "currency", code => Currencies().IsMatch(code),
                "the code of a currency; expected three capital letters of ISO 4217, such as EUR") ?? UsualCurrency,
            Marts = ReadMarts(map),
            ReaderRole = Checked(map, "reader_role", name => RoleName().IsMatch(name),
                "a role's name; expected lower-case letters, digits and _, at most 63, beginning with a letter and not "
                + $"with pg_, such as {UsualReaderRole}") ?? UsualReaderRole,
        };
        map.Finish();
        return file;
    }

    private static string? Checked(PropertyMap map, string key, Func<string, bool> isRight, string expected)
    {
        if (map.Reference(key) is not { } value || isRight(value.Name))
        {
            return map.Text(key);
        }
        map.RefuseAt(value.Place, $"'{value.Name}' cannot be {expected}.");
        return null;
    }

    private static TimeZoneInfo? ReadZone(PropertyMap map)
    {
        TimeZoneInfo? zone = null;
        _ = Checked(map, "time_zone", id => TimeZoneInfo.TryFindSystemTimeZoneById(id, out zone),
            "a time zone of this machine; expected an IANA name such as Europe/Berlin");
        return zone;
    }

    private static List<string> ReadMarts(PropertyMap map)
    {
        var marts = new List<string>();
        foreach (var mart in map.References("marts"))
        {
            if (!SourceCatalogue.IsPlainName(mart.Name) || TakenNames.Contains(mart.Name)
                || mart.Name.StartsWith("pg_", StringComparison.Ordinal) || RunSchemas().IsMatch(mart.Name))
            {
                map.RefuseAt(mart.Place, $"'{mart.Name}' cannot be a mart, which is a folder and a schema; expected "
                    + "lower-case letters, digits and _, at most 40, not beginning with a digit, _ or pg_, no reserved "
                    + $"word of SQL, and none of {string.Join(", ", TakenNames)} and run_<number>.");
            }
            else if (marts.Contains(mart.Name))
            {
                map.RefuseAt(mart.Place, $"the mart '{mart.Name}' is named twice; expected once.");
            }
            else
            {
                marts.Add(mart.Name);
            }
        }
        return marts;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z")]
    private static partial Regex ProjectName();

    [GeneratedRegex(@"^(?!pg_|(?:public|none)\z)[a-z][a-z0-9_]{0,62}\z")]
    private static partial Regex RoleName();

    [GeneratedRegex(@"^[A-Z]{3}\z")]
    private static partial Regex Currencies();

    [GeneratedRegex(@"^run_\d+\z")]
    private static partial Regex RunSchemas();
}
