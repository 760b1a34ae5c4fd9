using NUnit.Framework;

// Most of a test's time is waiting for processes: for their start, their timeouts, their end. Each test has its own folders, ports and homes.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)]
