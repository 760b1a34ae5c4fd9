using PaxosShard.Benchmarks.Peers;

return await ProgramRun.RunAsync(Arguments.Create(), args);
