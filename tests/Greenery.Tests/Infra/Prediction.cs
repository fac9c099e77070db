using System.Text.Json;

namespace Greenery.Tests.Infra;

/// <summary>
/// What the templates would make in Azure of one set of parameters, as the Bicep compiler works it out.
/// </summary>
internal sealed class Prediction(JsonElement snapshot)
{
    /// <summary>Every resource, with its full <c>type</c>, <c>name</c> and <c>properties</c>.</summary>
    public IReadOnlyList<JsonElement> Resources
        { get; } = [.. snapshot.GetProperty("predictedResources").EnumerateArray()];

    public IReadOnlyList<JsonElement> Of(string type) =>
        [.. Resources.Where(resource => resource.GetProperty("type").GetString() == type)];

    public JsonElement Properties(string type) => Assert.Single(Of(type)).GetProperty("properties");

    /// <summary>The app's settings. A value that is only known in Azure is an expression in brackets.</summary>
    public IReadOnlyDictionary<string, string> Settings() => Properties("Microsoft.Web/sites")
        .GetProperty("siteConfig").GetProperty("appSettings").EnumerateArray()
        .ToDictionary(setting => setting.GetProperty("name").GetString()!, setting =>
        setting.GetProperty("value").GetString()!);

    /// <summary>The last part of each alert's name, as docs/operations.md knows it, with the alert.</summary>
    public IReadOnlyDictionary<string, JsonElement> Alerts()
    {
        var token = Assert.Single(Of("Microsoft.Web/sites")).GetProperty("name").GetString()!["func-".Length..];
        return Of("Microsoft.Insights/scheduledQueryRules").Concat(Of("Microsoft.Insights/metricAlerts"))
            .ToDictionary(alert => alert.GetProperty("name").GetString()![(token.Length + 1)..]);
    }

    /// <summary>The whole prediction, for what must stand nowhere in it.</summary>
    public override string ToString() => snapshot.GetRawText();
}
