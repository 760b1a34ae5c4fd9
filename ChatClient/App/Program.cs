using PaxosShard.ChatClient.App.Cli;

return await new Application(Shell.OfProcess()).RunAsync(args);
