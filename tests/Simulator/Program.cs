using PaxosShard.Simulator.Runs;

return Arguments.Parse(args).Invoke();
