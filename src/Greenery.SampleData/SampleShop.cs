namespace Greenery.SampleData;

/// <summary>
/// Invents an online plant shop and writes its nightly drops: the tables of sql/sources.yml, in several formats. The
/// opening drop holds everything so far; later ones the day's events on the site and in the mails, its new orders and
/// those whose state changed, and all users, addresses, products, promotions and campaigns.
/// </summary>
internal sealed class SampleShop
{
    private readonly Shop _shop;
    private readonly SampleOptions _options;

    private SampleShop(SampleOptions options)
    {
        _options = options;
        _shop = new Shop(options);
    }

    /// <summary>
    /// Writes <c>&lt;folder&gt;/&lt;yyyy-MM-dd&gt;/&lt;file&gt;</c>. Replaces files of the same name, leaves others
    /// alone. Memory: about 5 bytes a user and 80 an open order, below 200 MB in all at scale 1000.
    /// </summary>
    /// <exception cref="ConfigurationException">An option is out of range, or the folder cannot be made.</exception>
    public static SampleSummary Write(string folder, SampleOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        var full = Path.GetFullPath(folder);
        Make(full);
        return new SampleShop(options).Write(full, cancellationToken);
    }

    private static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                "--out", $"'{folder}' cannot be made: {error.Message} Name a folder that may be written to.");
        }
    }

    private SampleSummary Write(string folder, CancellationToken cancellationToken)
    {
        List<SampleFile> files = [];
        IReadOnlyList<InjectedError> faults = [];
        for (var day = 0; day < _options.Days; day++)
        {
            using var drop = new Drop(folder, _shop.Clock.DateOf(day), day, cancellationToken);
            var isLast = day == _options.Days - 1;
            if (isLast && _options.PlantBadRows)
            {
                new BadRows(drop, _shop).Plant();
            }
            for (var past = day == 0 ? -ShopClock.HistoryDays : day; past <= day; past++)
            {
                _shop.Live(past, drop);
            }
            files.AddRange(drop.Complete());
            faults = drop.Planted;
        }
        return new SampleSummary(folder, files, faults);
    }
}
