using PaxosShard.Benchmarks.Peers.CommandLine;
using PaxosShard.Benchmarks.Scale;

return await ProgramRun.RunAsync(Arguments.Create(), args);
