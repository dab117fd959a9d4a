BEGIN TRANSACTION;
CREATE TABLE agent_messages (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	session_id VARCHAR NOT NULL, 
	message_data TEXT NOT NULL, 
	created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	FOREIGN KEY(session_id) REFERENCES agent_sessions (session_id) ON DELETE CASCADE
);
INSERT INTO "agent_messages" VALUES(1,'chat','{"content":"Weather in Malm\u00f6?","role":"user"}','2026-11-25 21:32:58');
INSERT INTO "agent_messages" VALUES(2,'chat','{"arguments":"{\"city\":\"Malm\u00f6\"}","call_id":"call_1","name":"get_weather","type":"function_call","id":"call_1"}','2026-11-25 21:32:58');
INSERT INTO "agent_messages" VALUES(3,'chat','{"call_id":"call_1","output":"Sunny in Malm\u00f6. \ud83c\udf1e","type":"function_call_output"}','2026-11-25 21:32:58');
INSERT INTO "agent_messages" VALUES(4,'chat','{"id":"scripted-message","content":[{"annotations":[],"text":"Sunny.","type":"output_text","logprobs":[]}],"role":"assistant","status":"completed","type":"message"}','2026-11-25 21:32:58');
INSERT INTO "agent_messages" VALUES(5,'chat','{"content":"Sure?","role":"user"}','2026-11-25 21:32:59');
INSERT INTO "agent_messages" VALUES(6,'chat','{"id":"scripted-message","content":[{"annotations":[],"text":"Yes.","type":"output_text","logprobs":[]}],"role":"assistant","status":"completed","type":"message"}','2026-11-25 21:32:59');
CREATE TABLE agent_sessions (
	session_id VARCHAR NOT NULL, 
	created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	PRIMARY KEY (session_id)
);
INSERT INTO "agent_sessions" VALUES('chat','2026-11-25 21:32:58','2026-11-25 21:32:59');
CREATE INDEX idx_agent_messages_session_time ON agent_messages (session_id, created_at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('agent_messages',6);
COMMIT;
