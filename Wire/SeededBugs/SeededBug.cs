#if SEEDED_BUGS
namespace PaxosShard.Wire;

/// <summary>
/// The mutation test of the simulator: known wrong versions of the rules, one of which can be switched on in a build
/// made for that. Each place also leaves a mark when it is reached, so that "not caught" can be told from "never tried".
/// </summary>
public static class SeededBug
{
    /// <summary>The bug that is switched on; 0 for none.</summary>
    public static int Active { get; set; }

    /// <summary>How often the wrong branch was taken since the last reset.</summary>
    public static long Reached { get; set; }

    /// <summary>True when this bug is switched on.</summary>
    public static bool Is(int number)
    {
        if (Active != number)
            return false;
        Reached++;
        return true;
    }
}
#else
namespace PaxosShard.Wire;

/// <summary>See the build made for seeded bugs (tests/README.md). Here it is a constant that the compiler removes.</summary>
public static class SeededBug
{
    /// <summary>Always false in the product.</summary>
    public static bool Is(int number) => false;
}
#endif
