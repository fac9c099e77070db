namespace Greenery.Cli.Samples;

/// <summary>One run of a campaign: it brings visitors to one plant's page and hands them a promotion.</summary>
/// <param name="Number">From 0, rising with time.</param>
/// <param name="Slug">What links carry as <c>utm_campaign</c>; one for each run: <c>fern-week-20261118</c>.</param>
/// <param name="FirstDay">The day it begins, counted from the opening drop; negative before it.</param>
/// <param name="Product">The number of the plant its links lead to.</param>
/// <param name="Promo">The number of the promotion it advertises.</param>
internal sealed record Campaign(int Number, string Slug, int FirstDay, int Product, int Promo);
