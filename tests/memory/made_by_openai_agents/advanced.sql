BEGIN TRANSACTION;
CREATE TABLE agent_messages (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                session_id TEXT NOT NULL,
                message_data TEXT NOT NULL,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                FOREIGN KEY (session_id) REFERENCES agent_sessions (session_id)
                    ON DELETE CASCADE
            );
INSERT INTO "agent_messages" VALUES(1,'chat','{"content": "Weather in Malm\u00f6?", "role": "user"}','2026-11-25 21:32:59');
INSERT INTO "agent_messages" VALUES(2,'chat','{"arguments": "{\"city\":\"Malm\u00f6\"}", "call_id": "call_1", "name": "get_weather", "type": "function_call", "id": "call_1"}','2026-11-25 21:32:59');
INSERT INTO "agent_messages" VALUES(3,'chat','{"call_id": "call_1", "output": "Sunny in Malm\u00f6. \ud83c\udf1e", "type": "function_call_output"}','2026-11-25 21:32:59');
INSERT INTO "agent_messages" VALUES(4,'chat','{"id": "scripted-message", "content": [{"annotations": [], "text": "Sunny.", "type": "output_text", "logprobs": []}], "role": "assistant", "status": "completed", "type": "message"}','2026-11-25 21:32:59');
INSERT INTO "agent_messages" VALUES(5,'chat','{"content": "Sure?", "role": "user"}','2026-11-25 21:32:59');
INSERT INTO "agent_messages" VALUES(6,'chat','{"id": "scripted-message", "content": [{"annotations": [], "text": "Yes.", "type": "output_text", "logprobs": []}], "role": "assistant", "status": "completed", "type": "message"}','2026-11-25 21:32:59');
INSERT INTO "agent_messages" VALUES(7,'chat','{"role": "user", "content": "And tomorrow?"}','2026-11-25 21:32:59');
CREATE TABLE agent_sessions (
                session_id TEXT PRIMARY KEY,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
            );
INSERT INTO "agent_sessions" VALUES('chat','2026-11-25 21:32:59','2026-11-25 21:32:59');
CREATE TABLE branch_reservations (
                session_id TEXT NOT NULL,
                branch_id TEXT NOT NULL,
                PRIMARY KEY (session_id, branch_id)
            );
INSERT INTO "branch_reservations" VALUES('chat','main');
INSERT INTO "branch_reservations" VALUES('chat','other');
CREATE TABLE message_structure (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                session_id TEXT NOT NULL,
                message_id INTEGER NOT NULL,
                branch_id TEXT NOT NULL DEFAULT 'main',
                message_type TEXT NOT NULL,
                sequence_number INTEGER NOT NULL,
                user_turn_number INTEGER,
                branch_turn_number INTEGER,
                tool_name TEXT,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                FOREIGN KEY (session_id)
                    REFERENCES agent_sessions(session_id) ON DELETE CASCADE,
                FOREIGN KEY (message_id)
                    REFERENCES agent_messages(id) ON DELETE CASCADE
            );
INSERT INTO "message_structure" VALUES(1,'chat',1,'main','user',1,1,1,NULL,'2026-11-25 21:32:59');
INSERT INTO "message_structure" VALUES(2,'chat',2,'main','function_call',2,1,1,'get_weather','2026-11-25 21:32:59');
INSERT INTO "message_structure" VALUES(3,'chat',3,'main','function_call_output',3,1,1,NULL,'2026-11-25 21:32:59');
INSERT INTO "message_structure" VALUES(4,'chat',4,'main','assistant',4,1,1,NULL,'2026-11-25 21:32:59');
INSERT INTO "message_structure" VALUES(5,'chat',5,'main','user',5,2,2,NULL,'2026-11-25 21:32:59');
INSERT INTO "message_structure" VALUES(6,'chat',6,'main','assistant',6,2,2,NULL,'2026-11-25 21:32:59');
INSERT INTO "message_structure" VALUES(7,'chat',1,'other','user',7,1,1,NULL,'2026-11-25 21:32:59');
INSERT INTO "message_structure" VALUES(8,'chat',2,'other','function_call',8,1,1,'get_weather','2026-11-25 21:32:59');
INSERT INTO "message_structure" VALUES(9,'chat',3,'other','function_call_output',9,1,1,NULL,'2026-11-25 21:32:59');
INSERT INTO "message_structure" VALUES(10,'chat',4,'other','assistant',10,1,1,NULL,'2026-11-25 21:32:59');
INSERT INTO "message_structure" VALUES(11,'chat',7,'other','user',11,2,2,NULL,'2026-11-25 21:32:59');
CREATE TABLE session_clear_generations (
                session_id TEXT PRIMARY KEY,
                generation INTEGER NOT NULL DEFAULT 0
            );
INSERT INTO "session_clear_generations" VALUES('chat',0);
CREATE TABLE turn_usage (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                session_id TEXT NOT NULL,
                branch_id TEXT NOT NULL DEFAULT 'main',
                user_turn_number INTEGER NOT NULL,
                requests INTEGER DEFAULT 0,
                input_tokens INTEGER DEFAULT 0,
                output_tokens INTEGER DEFAULT 0,
                total_tokens INTEGER DEFAULT 0,
                input_tokens_details JSON,
                output_tokens_details JSON,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                FOREIGN KEY (session_id)
                    REFERENCES agent_sessions(session_id) ON DELETE CASCADE,
                UNIQUE(session_id, branch_id, user_turn_number)
            );
INSERT INTO "turn_usage" VALUES(1,'chat','main',1,2,0,0,0,'{"cache_write_tokens": 0, "cached_tokens": 0, "cache_write_tokens_details": null}','{"reasoning_tokens": 0}','2026-11-25 21:32:59');
INSERT INTO "turn_usage" VALUES(2,'chat','main',2,1,0,0,0,'{"cache_write_tokens": 0, "cached_tokens": 0, "cache_write_tokens_details": null}','{"reasoning_tokens": 0}','2026-11-25 21:32:59');
CREATE INDEX idx_agent_messages_session_id
            ON agent_messages (session_id, id)
        ;
CREATE INDEX idx_structure_session_seq
            ON message_structure(session_id, sequence_number)
        ;
CREATE INDEX idx_structure_branch
            ON message_structure(session_id, branch_id)
        ;
CREATE INDEX idx_structure_turn
            ON message_structure(session_id, branch_id, user_turn_number)
        ;
CREATE INDEX idx_structure_branch_seq
            ON message_structure(session_id, branch_id, sequence_number)
        ;
CREATE INDEX idx_turn_usage_session_turn
            ON turn_usage(session_id, branch_id, user_turn_number)
        ;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('agent_messages',7);
INSERT INTO "sqlite_sequence" VALUES('message_structure',11);
INSERT INTO "sqlite_sequence" VALUES('turn_usage',2);
COMMIT;
