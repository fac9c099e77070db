namespace Greenery.Tests.SampleData;

/// <summary>The campaigns' mails fit together with the accounts they go to and the visits they lead to.</summary>
public sealed class SampleCampaignTests(CleanSample sample) : IClassFixture<CleanSample>
{
    [Fact]
    public void Every_recipient_gets_the_mail_once_after_it_was_sent_and_the_account_opened()
    {
        var since = sample.Rows("users").DistinctBy(row => row["user_id"])
            .ToDictionary(row => row["user_id"], row => row.Time("created_at"));
        var campaigns = Campaigns();
        var impressions = Mails("impression").ToList();

        Assert.Equal(impressions.Count, impressions.DistinctBy(MailOf).Count());
        Assert.All(impressions, row =>
        {
            Assert.True(row.Time("occurred_at") > campaigns[row["campaign_id"]].Time("sent_at"));
            Assert.True(row.Time("occurred_at") > since[row["user_id"]]);
        });
    }

    [Fact]
    public void A_campaign_tells_how_many_recipients_it_has_so_far() => Assert.All(sample.Rows("campaigns"), campaign =>
    {
        var arrived = Mails("impression")
            .Count(row => row["campaign_id"] == campaign["campaign_id"] && row.Drop <= campaign.Drop);
        Assert.Equal(arrived.ToString(System.Globalization.CultureInfo.InvariantCulture), campaign["recipients"]);
    });

    [Fact]
    public void A_mail_arrives_before_it_is_opened_and_is_opened_before_it_is_clicked()
    {
        var arrivals = Mails("impression").ToDictionary(MailOf, row => row.Time("occurred_at"));
        var opens = Mails("open").ToLookup(MailOf, row => row.Time("occurred_at"));
        var clicks = Mails("click").ToLookup(MailOf, row => row.Time("occurred_at"));

        Assert.NotEmpty(clicks);
        Assert.All(opens, times => Assert.All(times, time => Assert.True(time > arrivals[times.Key])));
        Assert.All(clicks, times =>
        {
            Assert.True(opens[times.Key].Count() >= times.Count());
            Assert.True(opens[times.Key].Min() < times.Min());
        });
    }

    [Fact]
    public void Every_click_leads_to_a_visit_within_seconds_and_every_visit_by_a_link_follows_a_click()
    {
        var led = sample.Rows("events").GroupBy(row => row["session_id"])
            .Select(rows => rows.MinBy(row => row.Time("created_at"))!)
            .Where(row => row["page_url"].Contains("utm_campaign=", StringComparison.Ordinal))
            .OrderBy(row => (row["user_id"], row.Time("created_at"))).ToList();
        var clicks = Mails("click").OrderBy(row => (row["user_id"], row.Time("occurred_at"))).ToList();

        Assert.Equal(led.Count, clicks.Count);
        Assert.All(clicks.Zip(led), pair =>
        {
            Assert.Equal(pair.First["user_id"], pair.Second["user_id"]);
            Assert.Equal(pair.First["landing_page_url"], pair.Second["page_url"]);
            var seconds = (pair.Second.Time("created_at") - pair.First.Time("occurred_at")).TotalSeconds;
            Assert.InRange(seconds, 1, 60);
        });
    }

    [Fact]
    public void A_click_names_the_campaigns_page_and_slug_and_nothing_else_names_a_page()
    {
        var campaigns = Campaigns();

        Assert.All(sample.Rows("email_events"), row => Assert.Equal(
            row["event_type"] == "click"
                ? $"{campaigns[row["campaign_id"]]["landing_page_url"]}?utm_source=newsletter"
                    + $"&utm_campaign={campaigns[row["campaign_id"]]["utm_campaign"]}"
                : null,
            row.Find("landing_page_url")));
    }

    [Fact]
    public void What_happens_to_mails_falls_into_the_day_of_the_drop() => Assert.All(
        sample.Rows("email_events"), row =>
    {
        var day = DateOnly.FromDateTime(row.Time("occurred_at"));
        var isPast = row.Path.Contains("email_events-history", StringComparison.Ordinal);
        Assert.True(isPast ? day < row.Drop : day == row.Drop);
    });

    [Fact]
    public void One_campaign_is_opened_by_most_and_its_page_left_at_once()
    {
        var arrived = Mails("impression").CountBy(row => row["campaign_id"]).ToDictionary();
        var opened = Mails("open").DistinctBy(MailOf).CountBy(row => row["campaign_id"]).ToDictionary();
        var bounced = Campaigns().ToDictionary(campaign => campaign.Key, campaign => BounceRate(campaign.Value));

        var rates = arrived.Keys.Select(id => (Open: opened[id] / (double)arrived[id], Bounce: bounced[id])).ToList();

        Assert.Single(rates, rate => rate is { Open: > 0.55, Bounce: > 0.7 });
        Assert.Equal(rates.Count - 1, rates.Count(rate => rate is { Open: < 0.5, Bounce: < 0.5 }));
    }

    private static (string, string) MailOf(SampleRow row) => (row["campaign_id"], row["user_id"]);

    private Dictionary<string, SampleRow> Campaigns() =>
        sample.Rows("campaigns").DistinctBy(row => row["campaign_id"]).ToDictionary(row => row["campaign_id"]);

    private IEnumerable<SampleRow> Mails(string kind) =>
        sample.Rows("email_events").Where(row => row["event_type"] == kind);

    private double BounceRate(SampleRow campaign)
    {
        var views = sample.Rows("events").Where(row => row["event_type"] == "page_view")
            .GroupBy(row => row["session_id"])
            .Where(rows => rows.Any(row => row["page_url"].EndsWith(
                $"utm_campaign={campaign["utm_campaign"]}", StringComparison.Ordinal)))
            .Select(rows => rows.Count()).ToList();
        return views.Count == 0 ? 0 : views.Count(count => count == 1) / (double)views.Count;
    }
}
