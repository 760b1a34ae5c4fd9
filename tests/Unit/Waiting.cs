using NUnit.Framework;

namespace PaxosShard.Tests.Unit;

/// <summary>Waits for what another thread does; a test in which it never happens fails instead of hanging.</summary>
internal static class Waiting
{
    /// <summary>Time enough for a busy machine; a test that passes never waits for it.</summary>
    private const long PatienceMilliseconds = 20_000;

    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        long end = Environment.TickCount64 + PatienceMilliseconds;
        while (!holds())
        {
            Assert.That(Environment.TickCount64, Is.LessThan(end), $"still not so: {what}");
            await Task.Delay(1);
        }
    }
}
