using System.Text.Json;
using System.Text.Json.Nodes;
using Greenery.Alerts.Rendering;

namespace Greenery.Tests.Alerts.Rendering;

/// <summary>Each message in each format, as people see it.</summary>
public sealed class GoldenTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static TheoryData<string> Names => SampleMessages.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Html_mail(string name) => GoldenFile.Matches($"{name}.html", HtmlMail.Of(SampleMessages.Named(name)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Text_mail(string name) =>
        GoldenFile.Matches($"{name}.mail.txt", TextMail.Of(SampleMessages.Named(name)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Plain_text(string name) =>
        GoldenFile.Matches($"{name}.txt", PlainText.Of(SampleMessages.Named(name)) + "\n");

    [Theory]
    [MemberData(nameof(Names))]
    public void Adaptive_card(string name) => GoldenFile.Matches(
        $"{name}.json", JsonNode.Parse(AdaptiveCard.Of(SampleMessages.Named(name)))!.ToJsonString(Indented) + "\n");
}
