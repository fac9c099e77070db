namespace Greenery.SampleData;

/// <summary>What becomes of one campaign's mail to one user. Times are seconds since 1970.</summary>
/// <param name="DeliveredAt">When it arrives.</param>
/// <param name="OpenedAt">When it is first read without being followed; null if never.</param>
/// <param name="IsFollowed">Whether the user comes by its link, should he come while the campaign runs.</param>
internal readonly record struct EmailOutcome(long DeliveredAt, long? OpenedAt, bool IsFollowed)
{
    /// <summary>Within minutes it arrives, mostly within hours it is opened.</summary>
    /// <param name="sentAt">When it was sent to this user.</param>
    /// <param name="openPercent">How likely it is opened.</param>
    /// <param name="dice">Of this campaign and user alone.</param>
    public static EmailOutcome Draw(long sentAt, int openPercent, SeededRandom dice)
    {
        const int FollowPercent = 40;
        var deliveredAt = sentAt + dice.Between(20, 1_200);
        var delay = dice.Next(10) switch
        {
            < 6 => dice.Between(120, 6 * ShopClock.Hour),
            < 9 => dice.Between(6 * ShopClock.Hour, ShopClock.Day),
            _ => dice.Between(ShopClock.Day, 60 * ShopClock.Hour),
        };
        var isOpened = dice.Chance(openPercent);
        return new EmailOutcome(deliveredAt, isOpened ? deliveredAt + delay : null, isOpened
            && dice.Chance(FollowPercent));
    }
}
