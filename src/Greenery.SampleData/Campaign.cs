namespace Greenery.SampleData;

/// <summary>One run of a campaign: mails that bring visitors to one plant's page and hand them a promotion.</summary>
/// <param name="Number">From 0, rising with time.</param>
/// <param name="Name">How the shop's people call the run: <c>Fern week, 21 November 2026</c>.</param>
/// <param name="Subject">The mail's subject line.</param>
/// <param name="Slug">What links carry as <c>utm_campaign</c>; one for each run: <c>fern-week-20261121</c>.</param>
/// <param name="FirstDay">The day it begins, counted from the opening drop; negative before it.</param>
/// <param name="SentAt">When the mails go out, in seconds since 1970; any process that joins later gets his
/// then.</param>
/// <param name="Product">The number of the plant its links lead to.</param>
/// <param name="Promo">The number of the promotion it advertises.</param>
/// <param name="OpenPercent">How many of 100 recipients open the mail, give or take what they are like.</param>
/// <param name="Disappoints">Whether the page does not keep what the subject promises: most leave at once.</param>
internal sealed record Campaign(
    int Number,
    string Name,
    string Subject,
    string Slug,
    int FirstDay,
    long SentAt,
    int Product,
    int Promo,
    int OpenPercent,
    bool Disappoints);
