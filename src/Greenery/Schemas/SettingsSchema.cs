using System.Text.Json.Nodes;
using Greenery.Alerts.Channels;
using Greenery.Alerts.Routing;

namespace Greenery.Schemas;

/// <summary>The schema of a settings file, by what its readers ask for.</summary>
/// <param name="refused">Places that readers refuse.</param>
internal sealed class SettingsSchema(IReadOnlySet<string> refused)
{
    private const string Section = "Greenery";

    // Of two ways to send mail, one is read.
    private static readonly string[] Exclusive =
        [$"{AlertSettingsReader.Section}:Email", $"{AlertSettingsReader.Section}:Smtp"];

    public static JsonObject Create()
    {
        var (names, diagnostics) = (new SettingNames(), new List<Diagnostic>());
        foreach (var absent in Exclusive)
        {
            var configuration = new RecordingConfiguration(names, absent);
            var (settings, needed) = new GreenerySettingsReader(configuration).ReadAll();
            diagnostics.AddRange(needed.Concat(settings.Faults));
            AlertChannels.Read(configuration, diagnostics);
            new AlertSettingsReader(configuration, diagnostics).Read([], AlertChannels.Keys);
        }
        var refused = diagnostics.Select(diagnostic => diagnostic.Place).ToHashSet(StringComparer.Ordinal);
        var greenery = new SettingsSchema(refused).Of(names[Section], Section);
        // The file may have sections of other programs.
        return JsonSchema.Object(new JsonObject { [Section] = greenery }, isClosed: false);
    }

    private JsonObject Of(SettingNames names, string path)
    {
        var parts = names.Below
            .Where(below => IsRead(below.Value) && below.Key != RecordingConfiguration.Chosen).ToList();
        var chosen = refused.Contains($"{path}:{RecordingConfiguration.Chosen}") ? null
            : names.Below.GetValueOrDefault(RecordingConfiguration.Chosen) is { } found && IsRead(found) ? found
            : null;
        List<JsonObject> forms = [];
        if (names.IsValue)
        {
            forms.Add(JsonSchema.Scalar());
        }
        if (parts.Count > 0 || chosen is not null)
        {
            var map = JsonSchema.Object(
                new JsonObject(parts.Select(part =>
                    KeyValuePair.Create(part.Key, (JsonNode?)Of(part.Value, $"{path}:{part.Key}")))),
                isClosed: true);
            forms.Add(map);
            if (chosen is not null)
            {
                // A list has names that are numbers.
                map["additionalProperties"] = Of(chosen, $"{path}:{RecordingConfiguration.Chosen}");
                forms.Add(JsonSchema.List(Of(chosen, $"{path}:{RecordingConfiguration.Chosen}")));
            }
        }
        return JsonSchema.AnyOf(forms);
    }

    private static bool IsRead(SettingNames names) => names.IsValue || names.Below.Values.Any(IsRead);
}
