namespace Greenery.SampleData;

/// <summary>The thirty plants of the sample shop.</summary>
internal static class PlantCatalogue
{
    public static IReadOnlyList<Plant> Plants { get; } =
    [
        new("Monstera", 4850, 60),
        new("Snake plant", 2975, 90),
        new("Golden pothos", 1850, 120),
        new("Fiddle-leaf fig", 7900, 40),
        new("ZZ plant", 3450, 80),
        new("Peace lily", 2650, 80),
        new("Spider plant", 1425, 110),
        new("Boston fern", 2250, 90),
        new("Maidenhair fern", 1995, 60),
        new("Bird's nest fern", 2395, 60),
        new("Rubber plant", 3800, 60),
        new("String of pearls", 2125, 70),
        new("String of hearts", 2450, 60),
        new("Calathea orbifolia", 3600, 50),
        new("Prayer plant", 2050, 70),
        new("Chinese money plant", 1675, 90),
        new("Aloe vera", 1550, 100),
        new("Jade plant", 1790, 80),
        new("Haworthia", 995, 110),
        new("Burro's tail", 1890, 60),
        new("Christmas cactus", 1625, 90),
        new("Moth orchid", 3950, 60),
        new("Bird of paradise", 8950, 30),
        new("Parlour palm", 2795, 70),
        new("Kentia palm", 9900, 25),
        new("Dragon tree", 4200, 50),
        new("Weeping fig", 3550, 50),
        new("English ivy", 1290, 100),
        new("Philodendron", 2395, 90),
        new("Alocasia \"Polly\"", 3275, 50),
    ];

    /// <summary>The number of the plant with this name.</summary>
    public static int NumberOf(string name)
    {
        for (var number = 0; number < Plants.Count; number++)
        {
            if (Plants[number].Name == name)
            {
                return number;
            }
        }
        throw new ArgumentException($"The catalogue has no plant '{name}'.", nameof(name));
    }
}
