using NUnit.Framework;

// Most of a test's time is waiting for processes: for their start, their timeouts, their end. Each test has its own folders, ports and homes. Four at
// a time on two processors: each group of replicas needs about one while it works, and nothing while it waits; the limits of the tests are only there to end one that hangs.
// Fixtures whose tests share nothing run these side by side too: else the longest fixture would be left over at the end, alone.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]
