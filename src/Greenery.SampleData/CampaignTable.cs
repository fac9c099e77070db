namespace Greenery.SampleData;

/// <summary>The campaigns, every day all that have begun; a running one still gains recipients.</summary>
internal static class CampaignTable
{
    public static IReadOnlyList<string> Columns { get; } =
    [
        "campaign_id", "name", "subject", "promo_id", "landing_page_url", "utm_campaign", "sent_at", "recipients",
    ];

    public static void Write(RowFile file, SampleIds ids, IEnumerable<Campaign> campaigns, Mailing mailing)
    {
        foreach (var campaign in campaigns)
        {
            file.Uuid(ids.Uuid(IdKind.Campaign, campaign.Number));
            file.Text(campaign.Name);
            file.Text(campaign.Subject);
            file.Text(PromoList.Promos[campaign.Promo].Code);
            file.Url(EventTable.ProductPage, ids.Uuid(IdKind.Product, campaign.Product), default);
            file.Text(campaign.Slug);
            file.Time(campaign.SentAt);
            file.Integer(mailing.RecipientsOf(campaign));
            file.EndRow();
        }
    }
}
