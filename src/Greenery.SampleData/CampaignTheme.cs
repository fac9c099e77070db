namespace Greenery.SampleData;

/// <summary>What campaigns are about; each theme comes again and again.</summary>
/// <param name="Name">For people.</param>
/// <param name="Slug">For links.</param>
/// <param name="Subject">The mail's subject line.</param>
/// <param name="Plant">The plant its links lead to.</param>
/// <param name="Promo">The code of the promotion it advertises.</param>
/// <param name="OpenPercent">How many of 100 recipients open the mail.</param>
internal sealed record CampaignTheme(
    string Name, string Slug, string Subject, string Plant, string Promo, int OpenPercent);
