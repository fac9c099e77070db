using Greenery.Alerts.Messages;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary>Links from messages, opened where <c>greenery serve</c> asks all other callers for a key.</summary>
public sealed class SignedLinkTests
{
    private const string Key = "S1gn-0123456789abcdef0123456789abcdef";
    private const string Earlier = "Earl-0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task A_link_opens_the_report_of_its_run_and_nothing_else()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        await test.RunAsync();
        await using var serving = await Serving.StartAsync(CliProcess.On(test)
            .With("Greenery__Schedule", "0 0 0 1 1 *").With("Greenery__ApiKey", "k3y-of-the-greenhouse")
            .With("Greenery__Links__Key", Key).With("Greenery__Links__PreviousKey", Earlier));
        var link = Link(Key, 1);
        var query = link.Split('?')[1];

        var page = await serving.GetAsync(link);
        Assert.Equal((200, "text/html; charset=utf-8"), (page.Status, page.ContentType));
        Assert.Contains("run 1", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(200, (await serving.GetAsync(Link(Earlier, 2))).Status);

        foreach (var (path, status) in new[]
        {
            ($"/api/reports/2?{query}", 403), ($"/api/reports/1?{query}0", 403), ("/api/reports/1", 403),
            (Link(Key, 99), 404), (Link(Key, 1, daysAgo: 29), 410), (Link(new string('x', 40), 1), 403),
            ($"/api/report?run=1&{query}", 401), ($"/api/runs/1?{query}", 401), ($"/api/runs?{query}", 401),
            ($"/api/reports/../runs/1?{query}", 401), ($"/api/health?{query}", 401),
        })
        {
            var answer = await serving.GetAsync(path);
            Assert.True(answer.Status == status, $"{path}: {answer.Status} {answer.Text}");
        }
        Assert.Equal(401, (await serving.PostAsync(link)).Status);
        Assert.Equal(401, (await serving.PostAsync($"/api/runs?{query}")).Status);
        Assert.Contains("expired", (await serving.GetAsync(Link(Key, 1, daysAgo: 29))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_for_links_there_is_no_such_route()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var serving = await Serving.StartAsync(
            CliProcess.On(test).With("Greenery__Schedule", "0 0 0 1 1 *"));

        Assert.Equal(404, (await serving.GetAsync(Link(Key, 1))).Status);
    }

    private static string Link(string key, long run, int daysAgo = 0) => "/" + new AlertLinks(
        new Uri("http://localhost/"), new LinkSigner(key, null, TimeSpan.FromDays(LinkSigner.UsualDays)))
        .To(run, DateTimeOffset.UtcNow.AddDays(-daysAgo))[0].Url.PathAndQuery.TrimStart('/');
}
