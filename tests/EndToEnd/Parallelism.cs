using NUnit.Framework;

// Most of a test's time is waiting for processes: for their start, their timeouts, their end. Each test has its own folders, ports and homes. Two at
// a time, because each group of replicas needs about a processor; the limits of the tests are only there to end one that hangs.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
