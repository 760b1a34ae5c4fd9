using PaxosShard.Benchmarks.Peers;
using PaxosShard.Benchmarks.Peers.CommandLine;

return await ProgramRun.RunAsync(Arguments.Create(), args);
