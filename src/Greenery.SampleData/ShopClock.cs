namespace Greenery.SampleData;

/// <summary>
/// Days and hours of the sample shop. Days are counted from the opening drop (0), the history before it is negative.
/// Times are seconds since 1970 (UTC).
/// </summary>
internal sealed class ShopClock(DateOnly firstDate)
{
    /// <summary>Days before the opening drop that it tells about.</summary>
    public const int HistoryDays = 30;

    public const int Day = 86_400;

    public const int Hour = 3_600;

    /// <summary>Seconds after which every visit is over: begun so long before midnight, it ends before it.</summary>
    public const int LongestVisit = 1_800;

    private static readonly DateOnly Epoch = new(1970, 1, 1);

    // Most customers live in America: their evening is past midnight UTC.
    private static readonly int[] HourWeights =
    [
        70, 75, 72, 58, 40, 25, 16, 12, 12, 14, 16, 20, 28, 38, 46, 52, 56, 58, 58, 58, 58, 60, 62, 66,
    ];

    private static readonly int[] WeekdayPercent = [118, 96, 92, 94, 98, 102, 112];

    private static readonly int WeightOfDay = HourWeights.Sum() * Hour;

    public DateOnly DateOf(int day) => firstDate.AddDays(day);

    public long StartOf(int day) => (long)(firstDate.DayNumber - Epoch.DayNumber + day) * Day;

    /// <summary>
    /// The first second of the next day: what a scheduled run's export sees is what happened before it.
    /// </summary>
    public long EndOf(int day) => StartOf(day + 1);

    /// <summary>How many visits the shop has on a day. In its history it grows from a few to what it is now.</summary>
    public int VisitsOn(int day, int scale, SeededRandom dice)
    {
        const long Usual = 185;
        long age = Math.Min(day + HistoryDays + 1, HistoryDays + 1);
        var visits = Usual * scale * WeekdayPercent[(int)DateOf(day).DayOfWeek] * dice.Between(97, 103) / 10_000;
        return (int)Math.Max(1, visits * age * age * age / ((HistoryDays + 1) * (HistoryDays + 1) * (HistoryDays + 1)));
    }

    /// <summary>When the n-th of a day's visits begins: mostly in order of n, as dense as the hour is busy.</summary>
    public long VisitStart(int day, int visit, int visits, SeededRandom dice)
    {
        var rest = (((long)visit * WeightOfDay) + dice.Next(WeightOfDay)) / visits;
        var hour = 0;
        while (rest >= HourWeights[hour] * Hour)
        {
            rest -= HourWeights[hour] * Hour;
            hour++;
        }
        var second = (hour * Hour) + (int)(rest / HourWeights[hour]);
        return StartOf(day) + (second > Day - LongestVisit ? second - LongestVisit : second);
    }
}
