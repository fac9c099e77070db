using System.Globalization;

namespace Greenery.Cli.Samples;

/// <summary>Which campaign runs when: one at a time, four days each, one theme after the other.</summary>
internal sealed class CampaignCalendar(ShopClock clock)
{
    private const int RunDays = 4;

    // So that the opening drop is the last day of a run: a demo of a few days sees one end and the next begin.
    private const int FirstRunBegins = -ShopClock.HistoryDays - 1;

    private static readonly (string Slug, string Plant, string Promo)[] Themes =
    [
        ("fern-week", "Boston fern", "fern week"),
        ("cosy-corners", "Snake plant", "Cosy Corners"),
        ("big-leaf-days", "Monstera", "Big-Leaf"),
        ("in-flower", "Moth orchid", "In Flower"),
    ];

    /// <summary>The campaign that runs on a day, counted from the opening drop.</summary>
    public Campaign RunningOn(int day)
    {
        var number = (day - FirstRunBegins) / RunDays;
        var firstDay = FirstRunBegins + (number * RunDays);
        var theme = Themes[number % Themes.Length];
        return new Campaign(
            number,
            string.Create(CultureInfo.InvariantCulture, $"{theme.Slug}-{clock.DateOf(firstDay):yyyyMMdd}"),
            firstDay,
            PlantCatalogue.NumberOf(theme.Plant),
            PromoList.NumberOf(theme.Promo));
    }
}
